BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0010');
CREATE TABLE articles (
	id INTEGER NOT NULL, 
	url TEXT NOT NULL, 
	link TEXT NOT NULL, 
	source TEXT NOT NULL, 
	story_id INTEGER NOT NULL, 
	relation TEXT NOT NULL, 
	of_id INTEGER, 
	evidence TEXT DEFAULT '' NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	authors JSON DEFAULT '[]' NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	published_at DATETIME, 
	published_receipt JSON, 
	modified_at DATETIME, 
	credit TEXT DEFAULT '' NOT NULL, 
	dateline TEXT DEFAULT '' NOT NULL, 
	lead TEXT DEFAULT '' NOT NULL, 
	entities JSON DEFAULT '[]' NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	first_seen DATETIME NOT NULL, 
	fetched_at DATETIME NOT NULL, 
	stored_at DATETIME NOT NULL, 
	CONSTRAINT pk_articles PRIMARY KEY (id), 
	CONSTRAINT fk_articles_of_id FOREIGN KEY(of_id) REFERENCES articles (id), 
	CONSTRAINT fk_articles_story_id FOREIGN KEY(story_id) REFERENCES stories (id), 
	CONSTRAINT uq_articles_url UNIQUE (url)
);
INSERT INTO "articles" VALUES(3,'https://127.0.0.1:38815/programme-office/1768082','http://127.0.0.1:38815/programme-office/1768082','replica_osce',3,'new',NULL,'','Observers publish final report on local elections, recommend clearer rules for campaign money','WARSAW, 28 November 2026 – The local elections were well administered and voters had a genuine choice, but the rules about campaign money leave gaps that should be closed before the next vote, OSCE observers say in their final report published today.
The mission followed the elections in all fourteen regions for six weeks and visited more than 900 polling stations on the day of the vote. In almost all of them the process was orderly. Observers noted crowded rooms, and steps that kept voters in wheelchairs outside.
"The people who counted the ballots at four in the morning did so with care. They deserve rules that are as careful," the head of the mission, Julien Marchetti, said.
The report contains twenty-one recommendations. It advises parliament to set limits for donations, to give the audit office the power to impose fines, and to publish accounts of parties in a form that anybody can search.
Television gave equal time to the large parties, while independent candidates hardly appeared in the news. Women made up 34 percent of the candidates and 27 percent of those who were elected.
The authorities have invited the observers to present the report to a committee of parliament in the new year.
Contacts
Communication and Media Relations, replica desk, office hours 09:00 to 18:00','[]','en','2026-11-28 19:57:44.000000','{"at": "2026-11-28T19:57:44+00:00", "precision": "second", "zone_rule": "stated", "signal": "entry", "stated": "2026-11-28T19:57:44+00:00", "disagreeing": [], "offset": 0}',NULL,'','WARSAW','The local elections were well administered and voters had a genuine choice, but the rules about campaign money leave gaps that should be closed before the next vote, OSCE observers say in their final report published today.','[{"id": "osce", "name": "OSCE", "type": "body"}]',1,'2026-11-29 00:58:08.876852','2026-11-29 00:58:12.125239','2026-11-29 00:58:12.536863');
INSERT INTO "articles" VALUES(51,'https://127.0.0.1:38815/secretariat/1178595','http://127.0.0.1:38815/secretariat/1178595','replica_osce',45,'new',NULL,'','OSCE and Central Asian States launch joint project against terrorist financing (updated)','VIENNA, 29 November 2026 – The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today. Over two years it will bring together banks, prosecutors and financial intelligence units of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan.
The project is carried out with the UN Office on Drugs and Crime and the Eurasian Group on combating money laundering. Its partners will examine a hundred closed cases to find out at what point a suspicious payment could have been seen.
"Investigators tell us the same story time and again: the money was there to be seen, but the half of the picture lay in another country. This project puts the halves together," said Henrik Aalto, who coordinates the OSCE''s work on transnational threats.
Analysts will work in pairs, each pair from two States, and follow the traces of one case from the first donation to the last purchase. The methods will be tested at an exercise in Samarkand in May.
Cooperation with charities is a part of the project. They will receive advice on how to keep their good name from being abused by terrorist groups, without new burdens for those who help.
Germany, Norway and Switzerland contribute 2.3 million euros. A first report is due in summer.
Correction: an earlier version of this text did not name Norway among the donors.
Contacts
Communication and Media Relations, replica desk, office hours 09:00 to 18:00','[]','en','2026-11-29 00:58:18.000000','{"at": "2026-11-29T00:58:18+00:00", "precision": "second", "zone_rule": "stated", "signal": "entry", "stated": "2026-11-29T00:58:18+00:00", "disagreeing": [], "offset": 0}',NULL,'','VIENNA','The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today. Over two years it will bring together banks, prosecutors and financial intelligence units of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan.','[{"id": "osce", "name": "OSCE", "type": "body"}, {"id": "state_kz", "name": "Kazakhstan", "type": "state"}, {"id": "state_kg", "name": "Kyrgyzstan", "type": "state"}, {"id": "state_tj", "name": "Tajikistan", "type": "state"}, {"id": "state_tm", "name": "Turkmenistan", "type": "state"}, {"id": "state_uz", "name": "Uzbekistan", "type": "state"}, {"id": "unodc", "name": "UNODC", "type": "body"}, {"id": "eag", "name": "Eurasian Group on Combating Money Laundering and Financing of Terrorism", "type": "body"}, {"id": "state_de", "name": "Germany", "type": "state"}, {"id": "state_no", "name": "Norway", "type": "state"}, {"id": "state_ch", "name": "Switzerland", "type": "state"}]',2,'2026-11-29 00:58:18.844716','2026-11-29 00:58:27.986332','2026-11-29 00:58:18.986480');
INSERT INTO "articles" VALUES(53,'https://127.0.0.1:37163/en/story/2026/11/1752726','http://127.0.0.1:37163/en/story/2026/11/1752726','replica_un_news',46,'new',NULL,'','UN and African Union sign roadmap to counter terrorism together','The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.
The document was signed in Addis Ababa by the head of the UN Office of Counter-Terrorism and by the AU''s commissioner for peace and security. It names twelve joint projects, each with a budget and with one person who answers for it.
"We have had many declarations. What is new is that both organizations will open the same file every month and see who is late," said Folasade Mensah, who led the talks for the African side.
A joint cell in Algiers will put together reports about the movements of terrorist groups in the Sahel and on the coast of West Africa. Countries that lack laboratories will be able to send traces of explosives to partners for examination.
Cooperation with communities has a chapter of its own. Local councils, teachers and religious leaders are to be heard before a project begins, and survivors of terrorist attacks will sit on the board.
The Security Council is to be briefed on progress twice a year. Egypt, Ethiopia and Senegal have offered experts; INTERPOL will link its regional offices to the cell.','[]','en','2026-11-29 00:58:21.000000','{"at": "2026-11-29T00:58:21+00:00", "precision": "second", "zone_rule": "stated", "signal": "meta", "stated": "2026-11-28T19:58:21-05:00", "disagreeing": [], "offset": -300}','2026-11-29 00:58:21.000000','','','The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.','[{"id": "un", "name": "UN", "type": "body"}, {"id": "au", "name": "African Union", "type": "body"}, {"id": "unoct", "name": "UNOCT", "type": "body"}, {"id": "state_eg", "name": "Egypt", "type": "state"}, {"id": "state_et", "name": "Ethiopia", "type": "state"}, {"id": "state_sn", "name": "Senegal", "type": "state"}, {"id": "interpol", "name": "INTERPOL", "type": "body"}, {"id": "unsc", "name": "UN Security Council", "type": "body"}]',1,'2026-11-29 00:58:22.143440','2026-11-29 00:58:22.167851','2026-11-29 00:58:22.198233');
INSERT INTO "articles" VALUES(59,'https://127.0.0.1:42703/2026/11/un-african-union-counter-terrorism-roadmap.html','http://127.0.0.1:42703/2026/11/un-african-union-counter-terrorism-roadmap.html','replica_portal',46,'reprint',53,'held 96%, opening 88%, told 100%, strange 3%, rivals 0%, renumbered 0%, redated 0%: https://127.0.0.1:37163/en/story/2026/11/1752726','UN, African Union sign counter-terrorism roadmap','The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from shared analysis to support for the victims of attacks.
The document was signed in Addis Ababa by the head of the UN Office of Counter-Terrorism and by the AU''s commissioner for peace and security. It names twelve joint projects, each with a budget and with one person who answers for it.
"We have had many declarations. What is new is that both organizations will open the same file every month and see who is late," said Folasade Mensah, who led the talks for the African side.
A joint cell in Algiers will put together reports about the movements of terrorist groups in the Sahel and on the coast of West Africa. Countries that lack laboratories will be able to send traces of explosives to partners for examination.
Cooperation with communities has a chapter of its own. Local councils, teachers and religious leaders are to be heard before a project begins, and survivors of terrorist attacks will sit on the board.
Source: UN News','[]','en','2026-11-29 00:58:00.000000','{"at": "2026-11-29T00:58:00+00:00", "precision": "minute", "zone_rule": "source", "signal": "printed", "stated": "29 \u043d\u043e\u044f\u0431\u0440\u044f 2026, 05:58", "disagreeing": [], "offset": 300}',NULL,'UN News','','The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from shared analysis to support for the victims of attacks.','[{"id": "un", "name": "UN", "type": "body"}, {"id": "au", "name": "African Union", "type": "body"}, {"id": "unoct", "name": "UNOCT", "type": "body"}]',1,'2026-11-29 00:58:29.951418','2026-11-29 00:58:29.967051','2026-11-29 00:58:30.015636');
CREATE TABLE backfill_shards (
	id INTEGER NOT NULL, 
	job_id INTEGER NOT NULL, 
	part TEXT NOT NULL, 
	since DATE NOT NULL, 
	until DATE NOT NULL, 
	state TEXT NOT NULL, 
	cursor TEXT DEFAULT '' NOT NULL, 
	share FLOAT DEFAULT '0' NOT NULL, 
	counts JSON DEFAULT '{}' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	started_at DATETIME, 
	ended_at DATETIME, 
	CONSTRAINT pk_backfill_shards PRIMARY KEY (id), 
	CONSTRAINT fk_backfill_shards_job_id FOREIGN KEY(job_id) REFERENCES backfills (id), 
	CONSTRAINT uq_backfill_shards_job_id_part_since UNIQUE (job_id, part, since)
);
CREATE TABLE backfills (
	id INTEGER NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	since DATE NOT NULL, 
	until DATE NOT NULL, 
	via TEXT DEFAULT '' NOT NULL, 
	alerts TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	created_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	CONSTRAINT pk_backfills PRIMARY KEY (id)
);
CREATE TABLE canaries (
	source TEXT NOT NULL, 
	url TEXT NOT NULL, 
	charset TEXT DEFAULT '' NOT NULL, 
	entry JSON NOT NULL, 
	html BLOB NOT NULL, 
	expected JSON NOT NULL, 
	made_by TEXT NOT NULL, 
	taken_at DATETIME NOT NULL, 
	CONSTRAINT pk_canaries PRIMARY KEY (source)
);
CREATE TABLE chores (
	name TEXT NOT NULL, 
	done_at DATETIME NOT NULL, 
	CONSTRAINT pk_chores PRIMARY KEY (name)
);
INSERT INTO "chores" VALUES('keep','2026-11-29 00:58:07.143044');
CREATE TABLE conditions (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	detail TEXT DEFAULT '' NOT NULL, 
	times INTEGER DEFAULT '1' NOT NULL, 
	raised_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	cleared_at DATETIME, 
	CONSTRAINT pk_conditions PRIMARY KEY (id)
);
CREATE TABLE documents (
	url TEXT NOT NULL, 
	source TEXT NOT NULL, 
	etag TEXT DEFAULT '' NOT NULL, 
	last_modified TEXT DEFAULT '' NOT NULL, 
	fetched_at DATETIME, 
	not_before DATETIME, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, rest_until DATETIME, pace INTEGER, found_on TEXT DEFAULT '' NOT NULL, hub TEXT DEFAULT '' NOT NULL, topic TEXT DEFAULT '' NOT NULL, trouble TEXT DEFAULT '' NOT NULL, failing_since DATETIME, newest_at DATETIME, 
	CONSTRAINT pk_documents PRIMARY KEY (url)
);
INSERT INTO "documents" VALUES('http://127.0.0.1:38815/atom.xml','replica_osce','W/"da7-dad6c154"','Sun, 29 Nov 2026 00:58:27 GMT','2026-11-29 00:58:28.106014',NULL,0,'',NULL,NULL,'','','http://127.0.0.1:38815/atom.xml','',NULL,'2026-11-29 00:58:27.000000');
INSERT INTO "documents" VALUES('http://127.0.0.1:44777/atom.xml','replica_tass_ru','W/"17b6-0341f7ce"','Sun, 29 Nov 2026 00:58:30 GMT','2026-11-29 00:58:31.385781',NULL,0,'',NULL,NULL,'','','http://127.0.0.1:44777/atom.xml','',NULL,'2026-11-29 00:58:30.000000');
INSERT INTO "documents" VALUES('http://127.0.0.1:37163/rss.xml','replica_un_news','W/"c38-78759c04"','Sun, 29 Nov 2026 00:58:21 GMT','2026-11-29 00:58:22.209952',NULL,0,'',NULL,NULL,'','','http://127.0.0.1:37163/rss.xml','',NULL,'2026-11-29 00:58:21.000000');
INSERT INTO "documents" VALUES('http://127.0.0.1:46155/listing','replica_csto','W/"4ab8-99efef27"','Sun, 29 Nov 2026 00:58:26 GMT','2026-11-29 00:58:26.320144',NULL,0,'',NULL,NULL,'','','','',NULL,NULL);
INSERT INTO "documents" VALUES('http://127.0.0.1:37507/rss.xml','replica_tass','W/"fa8-7c4f9d44"','Sun, 29 Nov 2026 00:58:28 GMT','2026-11-29 00:58:29.040401',NULL,0,'',NULL,NULL,'','','http://127.0.0.1:37507/rss.xml','',NULL,'2026-11-29 00:58:17.000000');
INSERT INTO "documents" VALUES('http://127.0.0.1:42703/rss.xml','replica_portal','W/"23dd-7d3bac5e"','Sun, 29 Nov 2026 00:58:29 GMT','2026-11-29 00:58:30.051513',NULL,0,'',NULL,NULL,'','','http://127.0.0.1:42703/rss.xml','',NULL,'2026-11-29 00:58:29.000000');
INSERT INTO "documents" VALUES('http://127.0.0.1:33265/news-sitemap.xml','replica_kazinform','W/"1419-8af8930f"','Sun, 29 Nov 2026 00:58:23 GMT','2026-11-29 00:58:23.865516',NULL,0,'',NULL,NULL,'','','','',NULL,'2026-11-29 00:58:23.000000');
INSERT INTO "documents" VALUES('http://127.0.0.1:35057/listing','replica_belta','W/"4f2b-244b7c1a"','Sun, 29 Nov 2026 00:58:13 GMT','2026-11-29 00:58:15.030349',NULL,0,'',NULL,NULL,'','','','',NULL,NULL);
CREATE TABLE envelopes (
	id TEXT NOT NULL, 
	taken_at DATETIME NOT NULL, 
	CONSTRAINT pk_envelopes PRIMARY KEY (id)
);
CREATE TABLE gaps (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	until DATETIME NOT NULL, 
	outcome TEXT DEFAULT '' NOT NULL, 
	told_at DATETIME, 
	CONSTRAINT pk_gaps PRIMARY KEY (id), 
	CONSTRAINT uq_gaps_source_since UNIQUE (source, since)
);
CREATE TABLE leases (
	name TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	until DATETIME NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (name)
);
CREATE TABLE matches (
	id INTEGER NOT NULL, 
	article_id INTEGER NOT NULL, 
	rule TEXT NOT NULL, 
	version TEXT NOT NULL, 
	score FLOAT NOT NULL, 
	threshold FLOAT NOT NULL, 
	receipt JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_matches PRIMARY KEY (id), 
	CONSTRAINT fk_matches_article_id FOREIGN KEY(article_id) REFERENCES articles (id), 
	CONSTRAINT uq_matches_article_id_rule UNIQUE (article_id, rule)
);
INSERT INTO "matches" VALUES(24,53,'ct_cooperation','992b367ff7db',44.0,6.0,'{"rule": "ct_cooperation", "version": "992b367ff7db", "title": "Counter-terrorism cooperation", "score": 44.0, "threshold": 6.0, "severity": "high", "topics": ["counter-terrorism", "cooperation"], "reason": "\"counter terrorism\" with \"together\" in one sentence; UN, African Union, UNOCT, Egypt, Ethiopia, Senegal and 2 more named; score 44, threshold 6", "entities": [{"id": "un", "name": "UN", "type": "body"}, {"id": "au", "name": "African Union", "type": "body"}, {"id": "unoct", "name": "UNOCT", "type": "body"}, {"id": "state_eg", "name": "Egypt", "type": "state"}, {"id": "state_et", "name": "Ethiopia", "type": "state"}, {"id": "state_sn", "name": "Senegal", "type": "state"}, {"id": "interpol", "name": "INTERPOL", "type": "body"}, {"id": "unsc", "name": "UN Security Council", "type": "body"}], "evidence": [{"term": "UN", "start": 0, "end": 2, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "sign", "start": 21, "end": 25, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "counter terrorism", "start": 37, "end": 54, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "terrorism", "start": 45, "end": 54, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "together", "start": 55, "end": 63, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "United Nations", "start": 4, "end": 18, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "signed", "start": 41, "end": 47, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "counter terrorism", "start": 101, "end": 118, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "terrorism", "start": 109, "end": 118, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "together", "start": 119, "end": 127, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}]}','2026-11-29 00:58:22.198233');
INSERT INTO "matches" VALUES(28,51,'ct_cooperation','992b367ff7db',49.0,6.0,'{"rule": "ct_cooperation", "version": "992b367ff7db", "title": "Counter-terrorism cooperation", "score": 49.0, "threshold": 6.0, "severity": "high", "topics": ["counter-terrorism", "cooperation"], "reason": "\"against terrorist\" with \"joint\" in one sentence; OSCE, Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan, Uzbekistan and 5 more named; score 49, threshold 6", "entities": [{"id": "osce", "name": "OSCE", "type": "body"}, {"id": "state_kz", "name": "Kazakhstan", "type": "state"}, {"id": "state_kg", "name": "Kyrgyzstan", "type": "state"}, {"id": "state_tj", "name": "Tajikistan", "type": "state"}, {"id": "state_tm", "name": "Turkmenistan", "type": "state"}, {"id": "state_uz", "name": "Uzbekistan", "type": "state"}, {"id": "unodc", "name": "UNODC", "type": "body"}, {"id": "eag", "name": "Eurasian Group on Combating Money Laundering and Financing of Terrorism", "type": "body"}, {"id": "state_de", "name": "Germany", "type": "state"}, {"id": "state_no", "name": "Norway", "type": "state"}, {"id": "state_ch", "name": "Switzerland", "type": "state"}], "evidence": [{"term": "OSCE", "start": 0, "end": 4, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "Central Asian", "start": 9, "end": 22, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "joint", "start": 37, "end": 42, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "against terrorist", "start": 51, "end": 68, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "terrorist financing", "start": 59, "end": 78, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "terrorist", "start": 59, "end": 68, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "OSCE", "start": 31, "end": 35, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "joint", "start": 83, "end": 88, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "against the financing of terrorism", "start": 97, "end": 131, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "financing of terrorism", "start": 109, "end": 131, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "terrorism", "start": 122, "end": 131, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "Kazakhstan", "start": 232, "end": 242, "part": "text", "sentence": "Over two years it will bring together banks, prosecutors and financial intelligence units of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan.", "sentence_start": 139}]}','2026-11-29 00:58:28.072349');
INSERT INTO "matches" VALUES(30,59,'ct_cooperation','992b367ff7db',27.0,6.0,'{"rule": "ct_cooperation", "version": "992b367ff7db", "title": "Counter-terrorism cooperation", "score": 27.0, "threshold": 6.0, "severity": "high", "topics": ["counter-terrorism", "cooperation"], "reason": "\"counter-terrorism\" with \"UN\" in the headline; UN, African Union, UNOCT named; score 27, threshold 6", "entities": [{"id": "un", "name": "UN", "type": "body"}, {"id": "au", "name": "African Union", "type": "body"}, {"id": "unoct", "name": "UNOCT", "type": "body"}], "evidence": [{"term": "UN", "start": 0, "end": 2, "part": "title", "sentence": "UN, African Union sign counter-terrorism roadmap", "sentence_start": 0}, {"term": "sign", "start": 18, "end": 22, "part": "title", "sentence": "UN, African Union sign counter-terrorism roadmap", "sentence_start": 0}, {"term": "counter-terrorism", "start": 23, "end": 40, "part": "title", "sentence": "UN, African Union sign counter-terrorism roadmap", "sentence_start": 0}, {"term": "United Nations", "start": 4, "end": 18, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from shared analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "signed", "start": 41, "end": 47, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from shared analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "counter terrorism", "start": 101, "end": 118, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from shared analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "terrorism", "start": 109, "end": 118, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from shared analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "together", "start": 119, "end": 127, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from shared analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "joint", "start": 641, "end": 646, "part": "text", "sentence": "A joint cell in Algiers will put together reports about the movements of terrorist groups in the Sahel and on the coast of West Africa.", "sentence_start": 639}, {"term": "terrorist", "start": 712, "end": 721, "part": "text", "sentence": "A joint cell in Algiers will put together reports about the movements of terrorist groups in the Sahel and on the coast of West Africa.", "sentence_start": 639}]}','2026-11-29 00:58:30.015636');
CREATE TABLE mutes (
	id INTEGER NOT NULL, 
	matcher JSON NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	author TEXT DEFAULT '' NOT NULL, 
	created_at DATETIME NOT NULL, 
	until DATETIME NOT NULL, 
	CONSTRAINT pk_mutes PRIMARY KEY (id)
);
INSERT INTO "mutes" VALUES(1,'{"country": ["KZ"]}','an exercise','desk','2026-11-29 01:07:52.347182','2026-11-30 01:07:52.347182');
CREATE TABLE observations (
	source TEXT NOT NULL, 
	hour DATETIME NOT NULL, 
	polls INTEGER DEFAULT '0' NOT NULL, 
	failed INTEGER DEFAULT '0' NOT NULL, 
	found INTEGER DEFAULT '0' NOT NULL, 
	stored INTEGER DEFAULT '0' NOT NULL, 
	rejected INTEGER DEFAULT '0' NOT NULL, 
	characters INTEGER DEFAULT '0' NOT NULL, 
	dated INTEGER DEFAULT '0' NOT NULL, 
	timed INTEGER DEFAULT '0' NOT NULL, 
	delay INTEGER DEFAULT '0' NOT NULL, 
	flooded BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_observations PRIMARY KEY (source, hour)
);
INSERT INTO "observations" VALUES('replica_osce','2026-11-29 00:00:00.000000',21,0,1,1,0,1341,1,1,1,0);
INSERT INTO "observations" VALUES('replica_tass_ru','2026-11-29 00:00:00.000000',21,0,2,2,0,2483,2,2,2,0);
INSERT INTO "observations" VALUES('replica_un_news','2026-11-29 00:00:00.000000',21,0,1,1,0,1254,1,1,1,0);
INSERT INTO "observations" VALUES('replica_csto','2026-11-29 00:00:00.000000',21,0,1,1,0,1275,1,0,0,0);
INSERT INTO "observations" VALUES('replica_tass','2026-11-29 00:00:00.000000',21,0,2,2,0,2430,2,2,1814402,0);
INSERT INTO "observations" VALUES('replica_portal','2026-11-29 00:00:00.000000',21,0,2,2,0,2390,2,2,55,0);
INSERT INTO "observations" VALUES('replica_kazinform','2026-11-29 00:00:00.000000',21,0,4,4,0,5029,4,4,27,0);
INSERT INTO "observations" VALUES('replica_belta','2026-11-29 00:00:00.000000',21,0,1,1,0,1352,1,1,15,0);
CREATE TABLE "outbox" (
	id INTEGER NOT NULL, 
	story_id INTEGER, 
	channel TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	payload JSON NOT NULL, 
	state TEXT NOT NULL, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	not_before DATETIME NOT NULL, 
	lease_owner TEXT, 
	lease_until DATETIME, 
	created_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	reference TEXT DEFAULT ('') NOT NULL, 
	error TEXT DEFAULT ('') NOT NULL, 
	held_for TEXT DEFAULT ('') NOT NULL, 
	held_at DATETIME, 
	said_in TEXT DEFAULT ('') NOT NULL, 
	parent_id INTEGER, 
	CONSTRAINT pk_outbox PRIMARY KEY (id), 
	CONSTRAINT uq_outbox_story_id_channel_kind UNIQUE (story_id, channel, kind), 
	CONSTRAINT fk_outbox_story_id FOREIGN KEY(story_id) REFERENCES stories (id), 
	CONSTRAINT fk_outbox_parent_id FOREIGN KEY(parent_id) REFERENCES outbox (id)
);
INSERT INTO "outbox" VALUES(5,45,'journal','story','{"story_id": 45, "kind": "story", "source_name": "replica_osce", "source_title": "OSCE (replica)", "country": "INT", "url": "http://127.0.0.1:38815/secretariat/1178595", "title": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "published": {"at": "2026-11-29T00:58:18+00:00", "precision": "second", "zone_rule": "stated", "signal": "entry", "stated": "2026-11-29T00:58:18+00:00", "disagreeing": [], "offset": 0}, "first_seen": "2026-11-29T00:58:18.844716+00:00", "lead": "The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today. Over two years it will bring together banks, prosecutors and financial intelligence units of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan.", "credit": "", "lead_only": false, "language": "en", "matches": [{"rule": "ct_cooperation", "version": "992b367ff7db", "title": "Counter-terrorism cooperation", "score": 49.0, "threshold": 6.0, "severity": "high", "topics": ["counter-terrorism", "cooperation"], "reason": "\"against terrorist\" with \"joint\" in one sentence; OSCE, Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan, Uzbekistan and 5 more named; score 49, threshold 6", "entities": [{"id": "osce", "name": "OSCE", "type": "body"}, {"id": "state_kz", "name": "Kazakhstan", "type": "state"}, {"id": "state_kg", "name": "Kyrgyzstan", "type": "state"}, {"id": "state_tj", "name": "Tajikistan", "type": "state"}, {"id": "state_tm", "name": "Turkmenistan", "type": "state"}, {"id": "state_uz", "name": "Uzbekistan", "type": "state"}, {"id": "unodc", "name": "UNODC", "type": "body"}, {"id": "eag", "name": "Eurasian Group on Combating Money Laundering and Financing of Terrorism", "type": "body"}, {"id": "state_de", "name": "Germany", "type": "state"}, {"id": "state_no", "name": "Norway", "type": "state"}, {"id": "state_ch", "name": "Switzerland", "type": "state"}], "evidence": [{"term": "OSCE", "start": 0, "end": 4, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "Central Asian", "start": 9, "end": 22, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "joint", "start": 37, "end": 42, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "against terrorist", "start": 51, "end": 68, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "terrorist financing", "start": 59, "end": 78, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "terrorist", "start": 59, "end": 68, "part": "title", "sentence": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "sentence_start": 0}, {"term": "OSCE", "start": 31, "end": 35, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "joint", "start": 83, "end": 88, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "against the financing of terrorism", "start": 97, "end": 131, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "financing of terrorism", "start": 109, "end": 131, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "terrorism", "start": 122, "end": 131, "part": "text", "sentence": "VIENNA, 29 November 2026 \u2013 The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today.", "sentence_start": 0}, {"term": "Kazakhstan", "start": 232, "end": 242, "part": "text", "sentence": "Over two years it will bring together banks, prosecutors and financial intelligence units of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan.", "sentence_start": 139}]}], "entities": [{"id": "osce", "name": "OSCE", "type": "body"}, {"id": "state_kz", "name": "Kazakhstan", "type": "state"}, {"id": "state_kg", "name": "Kyrgyzstan", "type": "state"}, {"id": "state_tj", "name": "Tajikistan", "type": "state"}, {"id": "state_tm", "name": "Turkmenistan", "type": "state"}, {"id": "state_uz", "name": "Uzbekistan", "type": "state"}, {"id": "unodc", "name": "UNODC", "type": "body"}, {"id": "eag", "name": "Eurasian Group on Combating Money Laundering and Financing of Terrorism", "type": "body"}, {"id": "state_de", "name": "Germany", "type": "state"}, {"id": "state_no", "name": "Norway", "type": "state"}, {"id": "state_ch", "name": "Switzerland", "type": "state"}], "stories": [], "topics": [], "standing": {"outlets": [], "revised": 1, "related": 0, "withdrawn": ""}, "turn": null, "parent": ""}','sent',1,'2026-11-29 00:58:18.986480',NULL,NULL,'2026-11-29 00:58:18.986480','2026-11-29 00:58:19.079727','line at byte 1369','','',NULL,'',NULL);
INSERT INTO "outbox" VALUES(11,46,'journal','story','{"story_id": 46, "kind": "story", "source_name": "replica_un_news", "source_title": "UN News (replica)", "country": "INT", "url": "http://127.0.0.1:37163/en/story/2026/11/1752726", "title": "UN and African Union sign roadmap to counter terrorism together", "published": {"at": "2026-11-29T00:58:21+00:00", "precision": "second", "zone_rule": "stated", "signal": "meta", "stated": "2026-11-28T19:58:21-05:00", "disagreeing": [], "offset": -300}, "first_seen": "2026-11-29T00:58:22.143440+00:00", "lead": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "credit": "", "lead_only": false, "language": "en", "matches": [{"rule": "ct_cooperation", "version": "992b367ff7db", "title": "Counter-terrorism cooperation", "score": 44.0, "threshold": 6.0, "severity": "high", "topics": ["counter-terrorism", "cooperation"], "reason": "\"counter terrorism\" with \"together\" in one sentence; UN, African Union, UNOCT, Egypt, Ethiopia, Senegal and 2 more named; score 44, threshold 6", "entities": [{"id": "un", "name": "UN", "type": "body"}, {"id": "au", "name": "African Union", "type": "body"}, {"id": "unoct", "name": "UNOCT", "type": "body"}, {"id": "state_eg", "name": "Egypt", "type": "state"}, {"id": "state_et", "name": "Ethiopia", "type": "state"}, {"id": "state_sn", "name": "Senegal", "type": "state"}, {"id": "interpol", "name": "INTERPOL", "type": "body"}, {"id": "unsc", "name": "UN Security Council", "type": "body"}], "evidence": [{"term": "UN", "start": 0, "end": 2, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "sign", "start": 21, "end": 25, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "counter terrorism", "start": 37, "end": 54, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "terrorism", "start": 45, "end": 54, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "together", "start": 55, "end": 63, "part": "title", "sentence": "UN and African Union sign roadmap to counter terrorism together", "sentence_start": 0}, {"term": "United Nations", "start": 4, "end": 18, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "signed", "start": 41, "end": 47, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "counter terrorism", "start": 101, "end": 118, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "terrorism", "start": 109, "end": 118, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}, {"term": "together", "start": 119, "end": 127, "part": "text", "sentence": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.", "sentence_start": 0}]}], "entities": [{"id": "un", "name": "UN", "type": "body"}, {"id": "au", "name": "African Union", "type": "body"}, {"id": "unoct", "name": "UNOCT", "type": "body"}, {"id": "state_eg", "name": "Egypt", "type": "state"}, {"id": "state_et", "name": "Ethiopia", "type": "state"}, {"id": "state_sn", "name": "Senegal", "type": "state"}, {"id": "interpol", "name": "INTERPOL", "type": "body"}, {"id": "unsc", "name": "UN Security Council", "type": "body"}], "stories": [], "topics": [], "standing": {"outlets": [], "revised": 0, "related": 0, "withdrawn": ""}, "turn": null, "parent": ""}','sent',1,'2026-11-29 00:58:22.198233',NULL,NULL,'2026-11-29 00:58:22.198233','2026-11-29 00:58:22.221666','line at byte 3578','','',NULL,'',NULL);
INSERT INTO "outbox" VALUES(22,45,'journal','reply-51-2','{"story_id": 45, "kind": "reply-51-2", "source_name": "replica_osce", "source_title": "OSCE (replica)", "country": "INT", "url": "http://127.0.0.1:38815/secretariat/1178595", "title": "OSCE and Central Asian States launch joint project against terrorist financing (updated)", "published": {"at": "2026-11-29T00:58:18+00:00", "precision": "second", "zone_rule": "stated", "signal": "entry", "stated": "2026-11-29T00:58:18+00:00", "disagreeing": [], "offset": 0}, "first_seen": "2026-11-29T00:58:18.844716+00:00", "lead": "The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today. Over two years it will bring together banks, prosecutors and financial intelligence units of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan.", "credit": "", "lead_only": false, "language": "en", "matches": [], "entities": [], "stories": [], "topics": [], "standing": {"outlets": [], "revised": 0, "related": 0, "withdrawn": ""}, "turn": {"what": "revision", "independent": false, "earlier_title": "OSCE and Central Asian States launch joint project against terrorist financing", "added": ["The methods will be tested at an exercise in Samarkand in May.", "Germany, Norway and Switzerland contribute 2.3 million euros.", "Correction: an earlier version of this text did not name Norway among the donors."], "removed": ["The methods will be tested at an exercise in Samarkand.", "Germany and Switzerland contribute 1.8 million euros."], "figures_added": ["2.3"], "figures_removed": ["1.8"], "again": "", "said": ""}, "parent": ""}','sent',1,'2026-11-29 00:58:28.072349',NULL,NULL,'2026-11-29 00:58:28.072349','2026-11-29 00:58:28.149185','line at byte 8294','','',NULL,'',5);
INSERT INTO "outbox" VALUES(26,46,'journal','reply-59','{"story_id": 46, "kind": "reply-59", "source_name": "replica_portal", "source_title": "\u0421\u0442\u0435\u043f\u043d\u043e\u0439 \u0432\u0435\u0441\u0442\u043d\u0438\u043a (\u0440\u0435\u043f\u043b\u0438\u043a\u0430)", "country": "KZ", "url": "http://127.0.0.1:42703/2026/11/un-african-union-counter-terrorism-roadmap.html", "title": "UN, African Union sign counter-terrorism roadmap", "published": {"at": "2026-11-29T00:58:00+00:00", "precision": "minute", "zone_rule": "source", "signal": "printed", "stated": "29 \u043d\u043e\u044f\u0431\u0440\u044f 2026, 05:58", "disagreeing": [], "offset": 300}, "first_seen": "2026-11-29T00:58:29.951418+00:00", "lead": "The United Nations and the African Union signed a roadmap on 28 November that sets out how they will counter terrorism together over the next three years, from shared analysis to support for the victims of attacks.", "credit": "UN News", "lead_only": false, "language": "en", "matches": [], "entities": [], "stories": [], "topics": [], "standing": {"outlets": [], "revised": 0, "related": 0, "withdrawn": ""}, "turn": {"what": "reprint", "independent": false, "earlier_title": "", "added": [], "removed": [], "figures_added": [], "figures_removed": [], "again": "", "said": ""}, "parent": ""}','dead',3,'2026-11-29 00:58:30.015636',NULL,NULL,'2026-11-29 00:58:30.015636',NULL,'line at byte 10095','invalid_blocks','',NULL,'',11);
CREATE TABLE pages (
	id INTEGER NOT NULL, 
	url TEXT NOT NULL, 
	fetch_url TEXT NOT NULL, 
	source TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	retry_at DATETIME, 
	first_seen DATETIME NOT NULL, 
	settled_at DATETIME, 
	baseline BOOLEAN DEFAULT 0 NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	summary TEXT DEFAULT '' NOT NULL, 
	published_at DATETIME, 
	updated_at DATETIME, job_id INTEGER, 
	CONSTRAINT pk_pages PRIMARY KEY (id), 
	CONSTRAINT uq_pages_url UNIQUE (url)
);
INSERT INTO "pages" VALUES(5,'https://127.0.0.1:38815/programme-office/1768082','http://127.0.0.1:38815/programme-office/1768082','replica_osce','stored','',0,NULL,'2026-11-29 00:58:08.876852','2026-11-29 00:58:12.536863',1,'Observers publish final report on local elections, recommend clearer rules for campaign money','The local elections were well administered and voters had a genuine choice, but the rules about campaign money leave gaps that should be closed before the next vote, OSCE observers say in their final report published today.','2026-11-28 19:57:44.000000','2026-11-28 19:57:44.000000',NULL);
INSERT INTO "pages" VALUES(17,'https://127.0.0.1:42703/2026/11/pustaya-stranitsa.html','http://127.0.0.1:42703/2026/11/pustaya-stranitsa.html','replica_portal','rejected','empty-page',0,NULL,'2026-11-29 00:58:08.894880','2026-11-29 00:58:12.402981',1,'Молния: подробности следуют','Молния: подробности следуют','2026-11-28 21:15:44.000000',NULL,NULL);
INSERT INTO "pages" VALUES(18,'https://127.0.0.1:42703/2026/11/snyatoe-s-publikatsii.html','http://127.0.0.1:42703/2026/11/snyatoe-s-publikatsii.html','replica_portal','rejected','http-404',0,NULL,'2026-11-29 00:58:08.894880','2026-11-29 00:58:12.126492',1,'Материал снят с публикации','Материал снят с публикации','2026-11-28 21:04:44.000000',NULL,NULL);
INSERT INTO "pages" VALUES(19,'https://127.0.0.1:42703/2026/11/krugovoe-perenapravlenie.html','http://127.0.0.1:42703/2026/11/krugovoe-perenapravlenie.html','replica_portal','rejected','redirect-loop',0,NULL,'2026-11-29 00:58:08.894880','2026-11-29 00:58:12.295480',1,'Материал переехал','Материал переехал','2026-11-28 20:53:44.000000',NULL,NULL);
INSERT INTO "pages" VALUES(54,'https://127.0.0.1:38815/secretariat/1178595','http://127.0.0.1:38815/secretariat/1178595','replica_osce','stored','',0,NULL,'2026-11-29 00:58:18.844716','2026-11-29 00:58:28.072349',0,'OSCE and Central Asian States launch joint project against terrorist financing','The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today. Over two years it will bring together banks, prosecutors and financial intelligence units of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan.','2026-11-29 00:58:18.000000','2026-11-29 00:58:27.000000',NULL);
INSERT INTO "pages" VALUES(56,'https://127.0.0.1:37163/en/story/2026/11/1752726','http://127.0.0.1:37163/en/story/2026/11/1752726','replica_un_news','stored','',0,NULL,'2026-11-29 00:58:22.143440','2026-11-29 00:58:22.198233',0,'UN and African Union sign roadmap to counter terrorism together','The United Nations and the African Union signed a roadmap on {date} that sets out how they will counter terrorism together over the next three years, from the sharing of analysis to support for the victims of attacks.','2026-11-29 00:58:21.000000',NULL,NULL);
INSERT INTO "pages" VALUES(62,'https://127.0.0.1:42703/2026/11/un-african-union-counter-terrorism-roadmap.html','http://127.0.0.1:42703/2026/11/un-african-union-counter-terrorism-roadmap.html','replica_portal','stored','',0,NULL,'2026-11-29 00:58:29.951418','2026-11-29 00:58:30.015636',0,'UN, African Union sign counter-terrorism roadmap','The United Nations and the African Union signed a roadmap on {date} that sets out how they will counter terrorism together over the next three years, from shared analysis to support for the victims of attacks.','2026-11-29 00:58:29.000000',NULL,NULL);
CREATE TABLE rechecks (
	url TEXT NOT NULL, 
	source TEXT NOT NULL, 
	alerted_at DATETIME NOT NULL, 
	due DATETIME NOT NULL, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_rechecks PRIMARY KEY (url)
);
INSERT INTO "rechecks" VALUES('https://127.0.0.1:38815/secretariat/1178595','replica_osce','2026-11-29 00:58:18.986480','2026-11-29 01:58:18.986480',0,'');
INSERT INTO "rechecks" VALUES('https://127.0.0.1:37163/en/story/2026/11/1752726','replica_un_news','2026-11-29 00:58:22.198233','2026-11-29 01:58:22.198233',0,'');
CREATE TABLE revisions (
	id INTEGER NOT NULL, 
	article_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	replaced_at DATETIME NOT NULL, 
	CONSTRAINT pk_revisions PRIMARY KEY (id), 
	CONSTRAINT fk_revisions_article_id FOREIGN KEY(article_id) REFERENCES articles (id), 
	CONSTRAINT uq_revisions_article_id_version UNIQUE (article_id, version)
);
INSERT INTO "revisions" VALUES(1,51,1,'OSCE and Central Asian States launch joint project against terrorist financing','VIENNA, 29 November 2026 – The OSCE and the five States of Central Asia launched a joint project against the financing of terrorism today. Over two years it will bring together banks, prosecutors and financial intelligence units of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan.
The project is carried out with the UN Office on Drugs and Crime and the Eurasian Group on combating money laundering. Its partners will examine a hundred closed cases to find out at what point a suspicious payment could have been seen.
"Investigators tell us the same story time and again: the money was there to be seen, but the half of the picture lay in another country. This project puts the halves together," said Henrik Aalto, who coordinates the OSCE''s work on transnational threats.
Analysts will work in pairs, each pair from two States, and follow the traces of one case from the first donation to the last purchase. The methods will be tested at an exercise in Samarkand.
Cooperation with charities is a part of the project. They will receive advice on how to keep their good name from being abused by terrorist groups, without new burdens for those who help.
Germany and Switzerland contribute 1.8 million euros. A first report is due in summer.
Contacts
Communication and Media Relations, replica desk, office hours 09:00 to 18:00','2026-11-29 00:58:28.072349');
CREATE TABLE "runs" (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	planned_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	outcome TEXT NOT NULL, 
	reason TEXT DEFAULT ('') NOT NULL, 
	baseline BOOLEAN DEFAULT 0 NOT NULL, 
	counts JSON DEFAULT '{}' NOT NULL, 
	cause TEXT DEFAULT 'schedule' NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES(1,'replica_kazinform','2026-11-29 00:58:07.013635','2026-11-29 00:58:08.609334','2026-11-29 00:58:13.795057','done','',1,'{"documents": 1, "entries": 7, "fetched": 7, "extracted": 7, "baseline": 7, "baseline flagged": 3, "flagged": 3}','schedule');
INSERT INTO "runs" VALUES(2,'replica_belta','2026-11-29 00:58:07.013635','2026-11-29 00:58:08.618482','2026-11-29 00:58:13.796310','done','',1,'{"documents": 1, "entries": 6, "fetched": 6, "extracted": 6, "flagged": 2, "baseline": 6, "baseline flagged": 2, "duplicates": 1}','schedule');
INSERT INTO "runs" VALUES(3,'replica_tass','2026-11-29 00:58:07.013635','2026-11-29 00:58:08.609897','2026-11-29 00:58:13.710872','done','',1,'{"documents": 1, "entries": 6, "fetched": 6, "extracted": 6, "baseline": 6, "baseline flagged": 2, "flagged": 2, "duplicates": 1}','schedule');
INSERT INTO "runs" VALUES(4,'replica_tass_ru','2026-11-29 00:58:07.013635','2026-11-29 00:58:08.609995','2026-11-29 00:58:13.693268','done','',1,'{"documents": 1, "entries": 5, "fetched": 5, "extracted": 5, "baseline": 5, "baseline flagged": 2, "flagged": 2, "duplicates": 1}','schedule');
INSERT INTO "runs" VALUES(5,'replica_un_news','2026-11-29 00:58:07.013635','2026-11-29 00:58:08.610090','2026-11-29 00:58:13.698667','done','',1,'{"documents": 1, "entries": 5, "fetched": 5, "extracted": 5, "baseline": 5, "baseline flagged": 2, "flagged": 2}','schedule');
INSERT INTO "runs" VALUES(6,'replica_osce','2026-11-29 00:58:07.013635','2026-11-29 00:58:08.609659','2026-11-29 00:58:13.544578','done','',1,'{"documents": 1, "entries": 4, "fetched": 4, "extracted": 4, "flagged": 2, "baseline": 4, "baseline flagged": 2}','schedule');
INSERT INTO "runs" VALUES(7,'replica_csto','2026-11-29 00:58:07.013635','2026-11-29 00:58:08.609013','2026-11-29 00:58:13.704255','done','',1,'{"documents": 1, "entries": 4, "fetched": 4, "extracted": 4, "flagged": 2, "baseline": 4, "baseline flagged": 2, "duplicates": 1}','schedule');
INSERT INTO "runs" VALUES(8,'replica_portal','2026-11-29 00:58:07.013635','2026-11-29 00:58:08.609790','2026-11-29 00:58:13.794576','done','',1,'{"documents": 1, "entries": 12, "fetched": 10, "rejected: http-404": 1, "rejected: redirect-loop": 1, "rejected: empty-page": 1, "extracted": 9, "baseline": 9, "baseline flagged": 4, "flagged": 4, "duplicates": 2}','schedule');
INSERT INTO "runs" VALUES(9,'replica_belta','2026-11-29 00:58:08.045752',NULL,'2026-11-29 00:58:08.601762','skipped','the poll before it was still at work',0,'{}','schedule');
INSERT INTO "runs" VALUES(10,'replica_csto','2026-11-29 00:58:08.045752',NULL,'2026-11-29 00:58:08.601917','skipped','the poll before it was still at work',0,'{}','schedule');
INSERT INTO "runs" VALUES(11,'replica_kazinform','2026-11-29 00:58:08.045752',NULL,'2026-11-29 00:58:08.601976','skipped','the poll before it was still at work',0,'{}','schedule');
INSERT INTO "runs" VALUES(12,'replica_osce','2026-11-29 00:58:08.045752',NULL,'2026-11-29 00:58:08.602031','skipped','the poll before it was still at work',0,'{}','schedule');
INSERT INTO "runs" VALUES(13,'replica_portal','2026-11-29 00:58:08.045752',NULL,'2026-11-29 00:58:08.602083','skipped','the poll before it was still at work',0,'{}','schedule');
INSERT INTO "runs" VALUES(14,'replica_tass','2026-11-29 00:58:08.045752',NULL,'2026-11-29 00:58:08.602133','skipped','the poll before it was still at work',0,'{}','schedule');
INSERT INTO "runs" VALUES(15,'replica_tass_ru','2026-11-29 00:58:08.045752',NULL,'2026-11-29 00:58:08.602184','skipped','the poll before it was still at work',0,'{}','schedule');
INSERT INTO "runs" VALUES(16,'replica_un_news','2026-11-29 00:58:08.045752',NULL,'2026-11-29 00:58:08.602237','skipped','the poll before it was still at work',0,'{}','schedule');
INSERT INTO "runs" VALUES(23,'replica_belta','2026-11-29 00:58:14.618482','2026-11-29 00:58:14.687382','2026-11-29 00:58:15.037889','done','',0,'{"documents": 1, "entries": 7, "fetched": 1, "extracted": 1, "flagged": 1}','schedule');
INSERT INTO "runs" VALUES(77,'replica_un_news','2026-11-29 00:58:22.035642','2026-11-29 00:58:22.051068','2026-11-29 00:58:22.216279','done','',0,'{"documents": 1, "entries": 6, "fetched": 1, "extracted": 1, "flagged": 1}','schedule');
INSERT INTO "runs" VALUES(91,'replica_kazinform','2026-11-29 00:58:23.819609','2026-11-29 00:58:23.826345','2026-11-29 00:58:23.873330','done','',0,'{"documents": 1, "entries": 11, "fetched": 1, "extracted": 1, "flagged": 1}','schedule');
INSERT INTO "runs" VALUES(112,'replica_csto','2026-11-29 00:58:26.221055','2026-11-29 00:58:26.236031','2026-11-29 00:58:26.331346','done','',0,'{"documents": 1, "entries": 5, "fetched": 1, "extracted": 1, "flagged": 1}','schedule');
INSERT INTO "runs" VALUES(123,'replica_osce','2026-11-29 00:58:27.948753','2026-11-29 00:58:27.955824','2026-11-29 00:58:28.115786','done','',0,'{"documents": 1, "entries": 5, "fetched": 1, "extracted": 1, "revisions": 1, "flagged": 1}','schedule');
INSERT INTO "runs" VALUES(131,'replica_tass','2026-11-29 00:58:28.998308','2026-11-29 00:58:29.005255','2026-11-29 00:58:29.041898','done','',0,'{"documents": 1, "entries": 8, "fetched": 1, "extracted": 1, "flagged": 1}','schedule');
INSERT INTO "runs" VALUES(138,'replica_portal','2026-11-29 00:58:29.901516','2026-11-29 00:58:29.922338','2026-11-29 00:58:30.064070','done','',0,'{"documents": 1, "entries": 14, "fetched": 1, "extracted": 1, "duplicates": 1, "flagged": 1}','schedule');
INSERT INTO "runs" VALUES(152,'replica_tass_ru','2026-11-29 00:58:31.342823','2026-11-29 00:58:31.349025','2026-11-29 00:58:31.387175','done','',0,'{"documents": 1, "entries": 7, "fetched": 1, "extracted": 1}','schedule');
INSERT INTO "runs" VALUES(169,'replica_kazinform','2026-11-29 00:58:33.912395','2026-11-29 00:58:33.920600','2026-11-29 00:58:33.928885','nothing new','',0,'{"documents": 1, "not modified": 1}','schedule');
INSERT INTO "runs" VALUES(170,'replica_portal','2026-11-29 00:58:33.941064','2026-11-29 00:58:33.948317','2026-11-29 00:58:33.956178','nothing new','',0,'{"documents": 1, "not modified": 1}','schedule');
INSERT INTO "runs" VALUES(171,'replica_osce','2026-11-29 00:58:33.997683','2026-11-29 00:58:34.004853','2026-11-29 00:58:34.030957','nothing new','',0,'{"documents": 1, "not modified": 1}','schedule');
INSERT INTO "runs" VALUES(172,'replica_tass','2026-11-29 00:58:34.100322','2026-11-29 00:58:34.107291','2026-11-29 00:58:34.115039','nothing new','',0,'{"documents": 1, "not modified": 1}','schedule');
INSERT INTO "runs" VALUES(173,'replica_un_news','2026-11-29 00:58:34.144651','2026-11-29 00:58:34.151143','2026-11-29 00:58:34.163307','nothing new','',0,'{"documents": 1, "not modified": 1}','schedule');
INSERT INTO "runs" VALUES(174,'replica_belta','2026-11-29 00:58:34.314296','2026-11-29 00:58:34.321312','2026-11-29 00:58:34.328104','nothing new','',0,'{"documents": 1, "not modified": 1}','schedule');
INSERT INTO "runs" VALUES(175,'replica_csto','2026-11-29 00:58:34.341281','2026-11-29 00:58:34.352083','2026-11-29 00:58:34.367087','nothing new','',0,'{"documents": 1, "not modified": 1}','schedule');
INSERT INTO "runs" VALUES(176,'replica_tass_ru','2026-11-29 00:58:34.368836','2026-11-29 00:58:34.392609','2026-11-29 00:58:34.411918','nothing new','',0,'{"documents": 1, "not modified": 1}','schedule');
INSERT INTO "runs" VALUES(177,'replica_kazinform','2026-11-29 00:58:34.920600',NULL,NULL,'planned','',0,'{}','schedule');
INSERT INTO "runs" VALUES(178,'replica_portal','2026-11-29 00:58:34.948317',NULL,NULL,'planned','',0,'{}','schedule');
INSERT INTO "runs" VALUES(179,'replica_osce','2026-11-29 00:58:35.004853',NULL,NULL,'planned','',0,'{}','schedule');
INSERT INTO "runs" VALUES(180,'replica_tass','2026-11-29 00:58:35.107291',NULL,NULL,'planned','',0,'{}','schedule');
INSERT INTO "runs" VALUES(181,'replica_un_news','2026-11-29 00:58:35.151143',NULL,NULL,'planned','',0,'{}','schedule');
INSERT INTO "runs" VALUES(182,'replica_belta','2026-11-29 00:58:35.321312',NULL,NULL,'planned','',0,'{}','schedule');
INSERT INTO "runs" VALUES(183,'replica_csto','2026-11-29 00:58:35.352083',NULL,NULL,'planned','',0,'{}','schedule');
INSERT INTO "runs" VALUES(184,'replica_tass_ru','2026-11-29 00:58:35.392609',NULL,NULL,'planned','',0,'{}','schedule');
CREATE TABLE set_backs (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	seconds FLOAT NOT NULL, 
	newest_run BIGINT NOT NULL, 
	CONSTRAINT pk_set_backs PRIMARY KEY (id)
);
CREATE TABLE sketches (
	hash BIGINT NOT NULL, 
	article_id INTEGER NOT NULL, 
	CONSTRAINT pk_sketches PRIMARY KEY (hash, article_id), 
	CONSTRAINT fk_sketches_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
)
 WITHOUT ROWID

;
INSERT INTO "sketches" VALUES(-9187115757068566362,3);
INSERT INTO "sketches" VALUES(-9107855603100315842,3);
INSERT INTO "sketches" VALUES(-9099334089803675290,3);
INSERT INTO "sketches" VALUES(-8986585179880802035,3);
INSERT INTO "sketches" VALUES(-8823209209181269040,3);
INSERT INTO "sketches" VALUES(-8748250579611523388,3);
INSERT INTO "sketches" VALUES(-8746292860233912782,3);
INSERT INTO "sketches" VALUES(-8691730778911624386,3);
INSERT INTO "sketches" VALUES(-8548968220995812790,3);
INSERT INTO "sketches" VALUES(-8468060207978377428,3);
INSERT INTO "sketches" VALUES(-8424061107264045454,3);
INSERT INTO "sketches" VALUES(-8256991261217642755,3);
INSERT INTO "sketches" VALUES(-8002808190643788966,3);
INSERT INTO "sketches" VALUES(-7913660713706777997,3);
INSERT INTO "sketches" VALUES(-7873818122590591362,3);
INSERT INTO "sketches" VALUES(-7845202863365127114,3);
INSERT INTO "sketches" VALUES(-7796314376627872474,3);
INSERT INTO "sketches" VALUES(-7758256075437007124,3);
INSERT INTO "sketches" VALUES(-7710844371309009062,3);
INSERT INTO "sketches" VALUES(-7635357156079195730,3);
INSERT INTO "sketches" VALUES(-7628697979194020434,3);
INSERT INTO "sketches" VALUES(-7590754915823718456,3);
INSERT INTO "sketches" VALUES(-7585592451151386830,3);
INSERT INTO "sketches" VALUES(-7399336816301020900,3);
INSERT INTO "sketches" VALUES(-7383751110657241978,3);
INSERT INTO "sketches" VALUES(-7341952549255904074,3);
INSERT INTO "sketches" VALUES(-7296684506241882930,3);
INSERT INTO "sketches" VALUES(-6522395914737250853,3);
INSERT INTO "sketches" VALUES(-4478511208238128259,3);
INSERT INTO "sketches" VALUES(-3951311968744220151,3);
INSERT INTO "sketches" VALUES(-3712719970637799631,3);
INSERT INTO "sketches" VALUES(-3364043734530464911,3);
INSERT INTO "sketches" VALUES(-2532343009722931223,3);
INSERT INTO "sketches" VALUES(-2365217856825128083,3);
INSERT INTO "sketches" VALUES(-1710176472297416015,3);
INSERT INTO "sketches" VALUES(-728234791520002391,3);
INSERT INTO "sketches" VALUES(346662169192040457,3);
INSERT INTO "sketches" VALUES(465750949460043765,3);
INSERT INTO "sketches" VALUES(1256483387275287265,3);
INSERT INTO "sketches" VALUES(1469170209078255027,3);
INSERT INTO "sketches" VALUES(2578012422569981047,3);
INSERT INTO "sketches" VALUES(3290772529892647471,3);
INSERT INTO "sketches" VALUES(3341679857234379371,3);
INSERT INTO "sketches" VALUES(3398312682780486767,3);
INSERT INTO "sketches" VALUES(3625408391294358963,3);
INSERT INTO "sketches" VALUES(3669265025347508917,3);
INSERT INTO "sketches" VALUES(4704263924673271885,3);
INSERT INTO "sketches" VALUES(6259124520658089519,3);
INSERT INTO "sketches" VALUES(7116788808038037671,3);
INSERT INTO "sketches" VALUES(7289082915160382393,3);
INSERT INTO "sketches" VALUES(8315489424569184075,3);
INSERT INTO "sketches" VALUES(8948546492689625985,3);
INSERT INTO "sketches" VALUES(-9214273992528191793,51);
INSERT INTO "sketches" VALUES(-9189757064667932074,51);
INSERT INTO "sketches" VALUES(-9161160506568317396,51);
INSERT INTO "sketches" VALUES(-9096974608821714350,51);
INSERT INTO "sketches" VALUES(-8957867723331315033,51);
INSERT INTO "sketches" VALUES(-8951850650893760688,51);
INSERT INTO "sketches" VALUES(-8861622365061702470,51);
INSERT INTO "sketches" VALUES(-8748157086710412458,51);
INSERT INTO "sketches" VALUES(-8532820065414944858,51);
INSERT INTO "sketches" VALUES(-8414506566001073038,51);
INSERT INTO "sketches" VALUES(-8302209652863715724,51);
INSERT INTO "sketches" VALUES(-8281527599550737398,51);
INSERT INTO "sketches" VALUES(-8249099980921864182,51);
INSERT INTO "sketches" VALUES(-8182832803938680148,51);
INSERT INTO "sketches" VALUES(-8170074751259748422,51);
INSERT INTO "sketches" VALUES(-8152398881464118106,51);
INSERT INTO "sketches" VALUES(-8095549995181431646,51);
INSERT INTO "sketches" VALUES(-7797794370898024176,51);
INSERT INTO "sketches" VALUES(-7796005001302253808,51);
INSERT INTO "sketches" VALUES(-7736401222276557690,51);
INSERT INTO "sketches" VALUES(-7665065136867560710,51);
INSERT INTO "sketches" VALUES(-7621870049851630720,51);
INSERT INTO "sketches" VALUES(-7612050203621079752,51);
INSERT INTO "sketches" VALUES(-7554367682877920414,51);
INSERT INTO "sketches" VALUES(-7451179523044427174,51);
INSERT INTO "sketches" VALUES(-7431256098146392410,51);
INSERT INTO "sketches" VALUES(-6561286580385902657,51);
INSERT INTO "sketches" VALUES(-4510646398998985157,51);
INSERT INTO "sketches" VALUES(-3936994160737514069,51);
INSERT INTO "sketches" VALUES(-3065555882179091359,51);
INSERT INTO "sketches" VALUES(-2533387612186835577,51);
INSERT INTO "sketches" VALUES(-2066386311442490251,51);
INSERT INTO "sketches" VALUES(-1560255926081643071,51);
INSERT INTO "sketches" VALUES(-1394726921598296725,51);
INSERT INTO "sketches" VALUES(-443721060805220977,51);
INSERT INTO "sketches" VALUES(132513040841374993,51);
INSERT INTO "sketches" VALUES(208299938320577513,51);
INSERT INTO "sketches" VALUES(352586570657612311,51);
INSERT INTO "sketches" VALUES(556172280987670585,51);
INSERT INTO "sketches" VALUES(641468210448412203,51);
INSERT INTO "sketches" VALUES(1944290578550871929,51);
INSERT INTO "sketches" VALUES(2451575210378763149,51);
INSERT INTO "sketches" VALUES(2484180237536479331,51);
INSERT INTO "sketches" VALUES(2607328072326763563,51);
INSERT INTO "sketches" VALUES(3620045449632631757,51);
INSERT INTO "sketches" VALUES(3634417256322790041,51);
INSERT INTO "sketches" VALUES(3724618715099160091,51);
INSERT INTO "sketches" VALUES(3773794021172681085,51);
INSERT INTO "sketches" VALUES(4018469226349260551,51);
INSERT INTO "sketches" VALUES(4329709558378910075,51);
INSERT INTO "sketches" VALUES(7777957600918142731,51);
INSERT INTO "sketches" VALUES(8461194445301068201,51);
INSERT INTO "sketches" VALUES(-8942568815989407806,53);
INSERT INTO "sketches" VALUES(-8912431047992134716,53);
INSERT INTO "sketches" VALUES(-8459026378263569842,53);
INSERT INTO "sketches" VALUES(-8441542779162755422,53);
INSERT INTO "sketches" VALUES(-8305642175996140850,53);
INSERT INTO "sketches" VALUES(-8288095137603832340,53);
INSERT INTO "sketches" VALUES(-8285747217613633840,53);
INSERT INTO "sketches" VALUES(-8005157381597232904,53);
INSERT INTO "sketches" VALUES(-7972109631041269112,53);
INSERT INTO "sketches" VALUES(-7964437605573078207,53);
INSERT INTO "sketches" VALUES(-7964178808008343324,53);
INSERT INTO "sketches" VALUES(-7842999115869113646,53);
INSERT INTO "sketches" VALUES(-7804629800439458130,53);
INSERT INTO "sketches" VALUES(-7779898792510471199,53);
INSERT INTO "sketches" VALUES(-7717280938345298074,53);
INSERT INTO "sketches" VALUES(-7694222766514518670,53);
INSERT INTO "sketches" VALUES(-7612981520398392718,53);
INSERT INTO "sketches" VALUES(-7253469345273749756,53);
INSERT INTO "sketches" VALUES(-7097831941327275862,53);
INSERT INTO "sketches" VALUES(-7044571533120412096,53);
INSERT INTO "sketches" VALUES(-6804893294405624780,53);
INSERT INTO "sketches" VALUES(-6796791597382864296,53);
INSERT INTO "sketches" VALUES(-6796689495551793064,53);
INSERT INTO "sketches" VALUES(-6766620811338619471,53);
INSERT INTO "sketches" VALUES(-6638657527958859993,53);
INSERT INTO "sketches" VALUES(-6515832692928841734,53);
INSERT INTO "sketches" VALUES(-6452675573748783190,53);
INSERT INTO "sketches" VALUES(-6434575152397930354,53);
INSERT INTO "sketches" VALUES(-6036221820787562937,53);
INSERT INTO "sketches" VALUES(-3833168818720409781,53);
INSERT INTO "sketches" VALUES(-1950526570924258045,53);
INSERT INTO "sketches" VALUES(-1890666000870126987,53);
INSERT INTO "sketches" VALUES(-788627799624802909,53);
INSERT INTO "sketches" VALUES(-477358292736879277,53);
INSERT INTO "sketches" VALUES(-238668416554743553,53);
INSERT INTO "sketches" VALUES(-217540343551509725,53);
INSERT INTO "sketches" VALUES(437641903175597145,53);
INSERT INTO "sketches" VALUES(656669264828651057,53);
INSERT INTO "sketches" VALUES(987820003941038547,53);
INSERT INTO "sketches" VALUES(1292336450331034073,53);
INSERT INTO "sketches" VALUES(1775917981023452247,53);
INSERT INTO "sketches" VALUES(1947167965907959785,53);
INSERT INTO "sketches" VALUES(2245149343429703057,53);
INSERT INTO "sketches" VALUES(2298119508270906843,53);
INSERT INTO "sketches" VALUES(3778328993758940363,53);
INSERT INTO "sketches" VALUES(5553597886919166673,53);
INSERT INTO "sketches" VALUES(6390809036438557013,53);
INSERT INTO "sketches" VALUES(6398553815793012769,53);
INSERT INTO "sketches" VALUES(7849689308314836205,53);
INSERT INTO "sketches" VALUES(8030154394593041087,53);
INSERT INTO "sketches" VALUES(8115664182316867831,53);
INSERT INTO "sketches" VALUES(8587603395307094329,53);
INSERT INTO "sketches" VALUES(-8942568815989407806,59);
INSERT INTO "sketches" VALUES(-8912431047992134716,59);
INSERT INTO "sketches" VALUES(-8885865757762704367,59);
INSERT INTO "sketches" VALUES(-8441542779162755422,59);
INSERT INTO "sketches" VALUES(-8305642175996140850,59);
INSERT INTO "sketches" VALUES(-8288095137603832340,59);
INSERT INTO "sketches" VALUES(-8285747217613633840,59);
INSERT INTO "sketches" VALUES(-8005157381597232904,59);
INSERT INTO "sketches" VALUES(-7972109631041269112,59);
INSERT INTO "sketches" VALUES(-7964178808008343324,59);
INSERT INTO "sketches" VALUES(-7902985261273948941,59);
INSERT INTO "sketches" VALUES(-7842999115869113646,59);
INSERT INTO "sketches" VALUES(-7804629800439458130,59);
INSERT INTO "sketches" VALUES(-7717280938345298074,59);
INSERT INTO "sketches" VALUES(-7694222766514518670,59);
INSERT INTO "sketches" VALUES(-7612981520398392718,59);
INSERT INTO "sketches" VALUES(-7253469345273749756,59);
INSERT INTO "sketches" VALUES(-7097831941327275862,59);
INSERT INTO "sketches" VALUES(-7044571533120412096,59);
INSERT INTO "sketches" VALUES(-6951315202416396041,59);
INSERT INTO "sketches" VALUES(-6813387654286815098,59);
INSERT INTO "sketches" VALUES(-6804893294405624780,59);
INSERT INTO "sketches" VALUES(-6796791597382864296,59);
INSERT INTO "sketches" VALUES(-6796689495551793064,59);
INSERT INTO "sketches" VALUES(-6766620811338619471,59);
INSERT INTO "sketches" VALUES(-6638657527958859993,59);
INSERT INTO "sketches" VALUES(-6515832692928841734,59);
INSERT INTO "sketches" VALUES(-6452675573748783190,59);
INSERT INTO "sketches" VALUES(-6224475845175270700,59);
INSERT INTO "sketches" VALUES(-6030721446513737699,59);
INSERT INTO "sketches" VALUES(-5952150240311189893,59);
INSERT INTO "sketches" VALUES(-3833168818720409781,59);
INSERT INTO "sketches" VALUES(-3758393457407933011,59);
INSERT INTO "sketches" VALUES(-3094331094143027167,59);
INSERT INTO "sketches" VALUES(-2698570026753876227,59);
INSERT INTO "sketches" VALUES(-2213969057116708437,59);
INSERT INTO "sketches" VALUES(-2199560949205334573,59);
INSERT INTO "sketches" VALUES(-1950526570924258045,59);
INSERT INTO "sketches" VALUES(-788627799624802909,59);
INSERT INTO "sketches" VALUES(-477358292736879277,59);
INSERT INTO "sketches" VALUES(-238668416554743553,59);
INSERT INTO "sketches" VALUES(987820003941038547,59);
INSERT INTO "sketches" VALUES(1292336450331034073,59);
INSERT INTO "sketches" VALUES(1775917981023452247,59);
INSERT INTO "sketches" VALUES(1947167965907959785,59);
INSERT INTO "sketches" VALUES(2245149343429703057,59);
INSERT INTO "sketches" VALUES(5553597886919166673,59);
INSERT INTO "sketches" VALUES(6398553815793012769,59);
INSERT INTO "sketches" VALUES(6936702459863722225,59);
INSERT INTO "sketches" VALUES(7227391560739283377,59);
INSERT INTO "sketches" VALUES(7343841451116936367,59);
INSERT INTO "sketches" VALUES(8115664182316867831,59);
CREATE TABLE stories (
	id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_stories PRIMARY KEY (id)
);
INSERT INTO "stories" VALUES(3,'2026-11-29 00:58:12.536863','Observers publish final report on local elections, recommend clearer rules for campaign money');
INSERT INTO "stories" VALUES(45,'2026-11-29 00:58:18.986480','OSCE and Central Asian States launch joint project against terrorist financing');
INSERT INTO "stories" VALUES(46,'2026-11-29 00:58:22.198233','UN and African Union sign roadmap to counter terrorism together');
CREATE TABLE story_links (
	story_id INTEGER NOT NULL, 
	other_id INTEGER NOT NULL, 
	score FLOAT NOT NULL, 
	evidence TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_story_links PRIMARY KEY (story_id, other_id), 
	CONSTRAINT fk_story_links_story_id FOREIGN KEY(story_id) REFERENCES stories (id), 
	CONSTRAINT fk_story_links_other_id FOREIGN KEY(other_id) REFERENCES stories (id)
);
INSERT INTO "story_links" VALUES(46,45,0.71,'told 71%');
CREATE TABLE subscriptions (
	token TEXT NOT NULL, 
	document TEXT NOT NULL, 
	source TEXT NOT NULL, 
	topic TEXT NOT NULL, 
	hub TEXT NOT NULL, 
	secret TEXT NOT NULL, 
	state TEXT NOT NULL, 
	due DATETIME NOT NULL, 
	lease_until DATETIME, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	delivered INTEGER DEFAULT '0' NOT NULL, 
	refused INTEGER DEFAULT '0' NOT NULL, 
	delivered_at DATETIME, 
	CONSTRAINT pk_subscriptions PRIMARY KEY (token), 
	CONSTRAINT uq_subscriptions_document UNIQUE (document)
);
CREATE TABLE verdicts (
	id INTEGER NOT NULL, 
	story_id INTEGER NOT NULL, 
	user_id TEXT NOT NULL, 
	user_name TEXT DEFAULT '' NOT NULL, 
	question TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	given_at DATETIME NOT NULL, 
	replaced_at DATETIME, 
	shown BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_verdicts PRIMARY KEY (id), 
	CONSTRAINT fk_verdicts_story_id FOREIGN KEY(story_id) REFERENCES stories (id)
);
CREATE TABLE vitals (
	source TEXT NOT NULL, 
	recent JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_vitals PRIMARY KEY (source)
);
INSERT INTO "vitals" VALUES('replica_belta','[["stored", 1352, true, "d513750e2dc4", "", 15]]');
INSERT INTO "vitals" VALUES('replica_kazinform','[["stored", 1179, true, "1f65a7dd2df4", "", 1], ["stored", 1283, true, "985ca3c33e92", "41", 1], ["stored", 1285, true, "ef0726bb9b71", "", 1], ["stored", 1282, true, "abce54e557b3", "", 24]]');
INSERT INTO "vitals" VALUES('replica_tass_ru','[["stored", 1295, true, "99e80c34d87e", "", 1], ["stored", 1188, true, "921c2e3ceb5a", "", 1]]');
INSERT INTO "vitals" VALUES('replica_tass','[["stored", 1192, true, "d0542c317e17", "", 1], ["stored", 1238, true, "a0c430167c7c", "", 1814401]]');
INSERT INTO "vitals" VALUES('replica_osce','[["stored", 1341, true, "a6f8c3c130bf", "", 1]]');
INSERT INTO "vitals" VALUES('replica_un_news','[["stored", 1254, true, "cba9ff9350cf", "", 1]]');
INSERT INTO "vitals" VALUES('replica_portal','[["stored", 1295, true, "157678a8367e", "43", 25], ["stored", 1095, true, "c71efcb8849a", "46", 30]]');
INSERT INTO "vitals" VALUES('replica_csto','[["stored", 1275, true, "a1ee7e74d0fb", "", null]]');
CREATE INDEX ix_pages_source_state_retry_at ON pages (source, state, retry_at);
CREATE INDEX ix_articles_source_published_at ON articles (source, published_at);
CREATE INDEX ix_articles_stored_at ON articles (stored_at);
CREATE INDEX ix_articles_story_id ON articles (story_id);
CREATE INDEX ix_sketches_article_id ON sketches (article_id);
CREATE INDEX ix_documents_source ON documents (source);
CREATE INDEX ix_pages_source_first_seen ON pages (source, first_seen);
CREATE INDEX ix_backfills_source_state ON backfills (source, state);
CREATE INDEX ix_pages_job_id ON pages (job_id);
CREATE INDEX ix_story_links_other_id ON story_links (other_id);
CREATE INDEX ix_outbox_channel_sent_at ON outbox (channel, sent_at);
CREATE INDEX ix_outbox_state_not_before ON outbox (state, not_before);
CREATE UNIQUE INDEX uq_outbox_channel_kind ON outbox (channel, kind) WHERE story_id IS NULL;
CREATE INDEX ix_outbox_parent_id ON outbox (parent_id);
CREATE UNIQUE INDEX uq_verdicts_story_id_user_id_question ON verdicts (story_id, user_id, question) WHERE replaced_at IS NULL;
CREATE INDEX ix_verdicts_shown ON verdicts (shown) WHERE NOT shown;
CREATE INDEX ix_rechecks_source_due ON rechecks (source, due);
CREATE INDEX ix_articles_of_id ON articles (of_id);
CREATE INDEX ix_runs_source_planned_at ON runs (source, planned_at);
CREATE INDEX ix_runs_planned_at ON runs (planned_at);
CREATE INDEX ix_runs_source_id ON runs (source, id);
CREATE INDEX ix_runs_running ON runs (source) WHERE outcome = 'running';
CREATE UNIQUE INDEX uq_runs_source_planned ON runs (source) WHERE outcome = 'planned';
CREATE INDEX ix_conditions_source_kind ON conditions (source, kind);
CREATE UNIQUE INDEX uq_conditions_source_kind_open ON conditions (source, kind) WHERE cleared_at IS NULL;
COMMIT;
