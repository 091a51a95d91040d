"""Tracking parameters: which part of a query tells where a reader came from, not what is read.

Some names mean nothing else ("utm_source"). Others do on one site and number the articles of the
next ("ref", "from", "print"): there the value decides.

The names are from the documentation of analytics and advertising services, and of the sites that
publish them in their feeds.
"""

from __future__ import annotations

import re

# Whatever stands in them.
_ALWAYS = re.compile(
    r"utm[_.-]\w+|(?:matomo|mtm|piwik|itm|hmb|hsa|elq|vero|oly|gaa|guce|fb_action|stm)_\w+"
    r"|sc_(?:cid|campaign|channel|medium|content|publisher|category|outcome|funnel|segment|geo)"
    r"|pk_(?:campaign|kwd|keyword|source|medium|content|cid|vid|placement)"
    r"|at_(?:medium|campaign|campaign_type|custom\d|link_\w+|ptr_name|format|bbc_team|creation"
    r"|variant|network|general|detail_placement|platform|type|identifier|send_date|emailtype"
    r"|recipient_\w+|objective)"
    r"|ns_(?:mchannel|source|campaign|linkname|fee|type)"
    r"|wt[._](?:mc\w*|zmc\w*|srch|nav|cc\d|t|rss_\w+|tsrc)|wtmc|wt\.mc_\w+|wtrid"
    r"|mc_[cet](?:id|c)|campaign_(?:medium|source|term|content|name)|fb_(?:ref|source|comment_id)"
    r"|_hs\w+|__hs\w+|hsctatracking|_ga|_gl|_gac|_bhlid|_branch_\w+|_openstat|openstat|_ke|__s"
    r"|__twitter_impression|__readwiselocation|__tn__|_unique_id|action_\w+_map|amp_(?:js_v|gsa|lite)"
    r"|fbclid|gclid|gclsrc|gad_source|gad_campaignid|dclid|gbraid|wbraid|srsltid|msclkid|yclid|ysclid"
    r"|ymclid|twclid|ttclid|li_fat_id|igshid|igsh|mibextid|wickedid|rb_clickid|s_kwcid|ef_id|epik"
    r"|sccid|scclid|rdt_cid|dm_i|mkt_tok|trk_\w+|trkcampaign|mkwid|pcrid|cvid|oicd|ocid|usqp"
    r"|cmpid|s_cid|icid|intcid|int_cmp|icampaign|ncid|maca|xtor|xtref|xtcr|xtmc|traffic_source|tgrcode"
    r"|ref_src|ref_url|referrer|referer|soc_src|soc_trk|sr_share|share_token|sharetoken|sharedfrom"
    r"|shared_from|guccounter|spm|scm|mbid|smid|smtyp|ito|wprov|reflink|echobox|tpcc|cndid|bxid|emci"
    r"|emdi|ceid|nlid|esrc|persistent_id|replytocom|phpsessid|jsessionid|aspsessionid\w*|oscsid|zenid"
    r"|cfid|cftoken|nocache|no_cache|cachebuster|nonamp|noamp|rsslink|rss_?id"
)
# Where their value says how a reader came.
_WAYS = re.compile(
    r"(?:at|ns|wt|pk|fb|ref|traffic|share)_\w+|(?:http_)?ref|refer|refsrc|reffrom|from|fromwhere"
    r"|source|src|via|cmp|cid|campaign|campid|channel|medium|mod|partner|partnerid|emc|origin"
    r"|feed|feature|rss|share|shared|sharing|sh|sns|social|entry|entrypoint|track|tracking|trk|traffic"
    r"|link|linkfrom|pos|position|place|cm_mmc|promo|sender|app|client|platform|pf|int|ext"
)
# Where their value asks for another dress of the same page.
_DRESSES = re.compile(
    r"amp|print|printable|printversion|print_version|printerfriendly|printer|mobile|m|rss|feed|share"
    r"|shared|output(?:type)?|format|view|viewmode|mode|version|ver|type|style|layout|display|tmpl"
    r"|do|action|task|device"
)
_SWITCHED_ON = frozenset({"", "1", "true", "yes", "y", "on"})
_SWITCHES = re.compile(
    r"amp|print|printable|printversion|print_version|printerfriendly|printer|mobile|m|rss|feed|share"
    r"|shared|nomobile|noredirect|desktop|nb"
)
_DRESSED = re.compile(
    r"amp|print|printable|printer|printversion|printerfriendly|mobile|wap|pda|component|touch|desktop"
)
_ARRIVED = re.compile(
    r"rss|feed|feeds|atom|rdf|xml|twitter|tw|twt|tweet|x|fb|facebook|telegram|tg|tgm|vk"
    r"|vkontakte|ok|odnoklassniki|whatsapp|wa|viber|line|wechat|weixin|weibo|qq|instagram"
    r"|insta|ig|linkedin|reddit|pinterest|youtube|yt|tiktok|threads|mastodon|bluesky|flipboard"
    r"|pocket|smartnews|dzen|zen|google|gnews|googlenews|yandex|yandexnews|ya|bing|msn|yahoo"
    r"|apple|applenews|baidu|rambler|mailru|email|mail|newsletter|newsletters|nl|push"
    r"|pushnotification|notification|sms|alert|alerts|home|homepage|hp|main|mainpage|index"
    r"|front|frontpage|top|topnews|topstories|social|sns|share|shared|sharing|copy|clipboard"
    r"|mobile|app|apps|android|ios|iphone|ipad|web|webapp|desktop|pc|site|direct|internal"
    r"|external|search|serp|organic|referral|related|recommended|recirc|readmore|more|most"
    r"|mostread|popular|trending|latest|sidebar|menu|footer|header|nav|navbar|banner|button"
    r"|btn|widget|link|links|article|articles|story|news|newsfeed|newsline|lenta|amp|amphtml"
    r"|partner|partners|syndication|aggregator|qr|ticker|all|box|list|bar|page|click|author"
    r"|subscribe|timeline|breaking|daily|weekly|morning|evening|briefing|digest|twsrc|editors"
    r"|picks|hero|carousel|slider|gallery|infinite|scroll"
)
_WORDS = re.compile(r"[^a-z0-9]+")
_HOST = re.compile(r"(?:https?://)?(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,18}(?:[/?#].*)?", re.DOTALL)
_FILE = re.compile(r"\.(?:html?|php|aspx?|jsp|pdf|xml)\Z")
# A session's mark is drawn by lot; names of few letters may stand for other things, too.
_SESSION = re.compile(r"sid|session|session_?id|sess|s|psid|ssid")
_DRAWN = re.compile(r"(?=.*\d)(?:[0-9a-f]{24,64}|[0-9a-z]{26,128})")
_STAMP = re.compile(r"\d{10,17}")
_SHORT = 2  # letters of a language or a country


def is_tracking(name: str, value: str) -> bool:
    """Does this parameter, in plain letters, say nothing about which page is meant?"""
    name, value = name.lower(), value.strip().lower()
    if _ALWAYS.fullmatch(name):
        return True
    if _SWITCHES.fullmatch(name) and value in _SWITCHED_ON:
        return True
    if _DRESSES.fullmatch(name) and _DRESSED.fullmatch(value):
        return True
    if _SESSION.fullmatch(name) and _DRAWN.fullmatch(value):
        return True
    if name == "_":  # what scripts add so that no cache answers
        return _STAMP.fullmatch(value) is not None
    return _WAYS.fullmatch(name) is not None and _is_a_way(value)


def _is_a_way(value: str) -> bool:
    """Nothing, a site, or only words for places that links stand in: "rss_top", "en-rss-en-all"."""
    if not value or (_HOST.fullmatch(value) and not _FILE.search(value)):
        return True
    words = [word.rstrip("0123456789") for word in _WORDS.split(value) if word]
    known = [word for word in words if _ARRIVED.fullmatch(word)]
    return bool(known) and all(word in known or len(word) <= _SHORT for word in words)
