"""Scrapy's settings: what is the same for every crawl, each set to what is safe.

What depends on wirewatch.toml is added by `crawler.crawl.scrapy.settings_addon.SettingsAddon`.
"""

BOT_NAME = "wirewatch"
SPIDER_MODULES = ["spiders"]
COMMANDS_MODULE = "crawler.cli.scrapy_commands"
SPIDER_LOADER_CLASS = "crawler.crawl.scrapy.spider_loader.SourceLoader"
ADDONS = {"crawler.crawl.scrapy.settings_addon.SettingsAddon": 0}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# A page's way through pipelines/, in number order.
ITEM_PIPELINES = {
    "pipelines.extract.Extract": 100,
    "pipelines.dedup.Dedup": 200,
    "pipelines.flag.Flag": 300,
    "pipelines.store.Store": 400,
}
# Called with the services before the first poll, and before another configuration is taken over:
# what is wrong is said once, and early. Each builds by `services.once`.
WIREWATCH_PREPARED = ["pipelines.flag.build"]
# What worker processes are forked with: all that takes long to load is loaded once.
WIREWATCH_WORKER_PRELOAD = "pipelines.workers.preload"
# What makes an article of a page, where nothing is to be stored: `wirewatch sources probe`.
WIREWATCH_EXTRACTION = "pipelines.extract.Extract"
# The workers that all extraction shares: whether they can extract anything.
WIREWATCH_EXTRACTION_POOL = "pipelines.workers.pool.shared"
# Makes an article of a page again, and says which code does: `health.canaries.canary_check`.
WIREWATCH_EXTRACT_AGAIN = "pipelines.extract.again"
WIREWATCH_MADE_BY = "pipelines.workers.code_version.made_by"
# Says why rules that were edited are not in use, "" where they are.
WIREWATCH_RULES_REFUSAL = "pipelines.flag.refusal"
# The names of rules, topics and entities, for commands that are given one.
WIREWATCH_VOCABULARY = "pipelines.flag.vocabulary"
WIREWATCH_DELIVERY = "alerts.delivery.delivery.Delivery"
# Hears what staff say back, and asks this for them why rules fire on a stored article.
WIREWATCH_FEEDBACK = "alerts.feedback.feedback.Feedback"
WIREWATCH_WHY = "pipelines.cli.rules.staff_explain.why"
# Names the channels that can follow a story after its first message.
WIREWATCH_FOLLOWERS = "alerts.channel.followers"
# Archive readers beside the source's own, by the word that `--via` names them with.
WIREWATCH_ARCHIVES = {
    "wayback": "spiders.archives.wayback.Wayback",
    "commoncrawl": "spiders.archives.commoncrawl.CommonCrawl",
    "gdelt": "spiders.archives.gdelt.Gdelt",
    "warc": "spiders.archives.warc.WarcFiles",
}

EXTENSIONS = {
    "crawler.crawl.poll.poll_tracker.PollTracker": 10,
    "crawler.crawl.scrapy.canary_capture.CanaryTaking": 30,
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.crawl.scrapy.download_handler.PollDownloadHandler",
    "https": "crawler.crawl.scrapy.download_handler.PollDownloadHandler",
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.crawl.scrapy.politeness.Offsite": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.crawl.scrapy.robots.RobotsTxt": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.crawl.scrapy.politeness.RetryOnce": 550,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.crawl.scrapy.redirects.MetaRefresh": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.crawl.scrapy.unpacking.Unpacking": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.crawl.scrapy.redirects.Redirects": 600,
}

# What `scrapy check` holds a spider to.
SPIDER_CONTRACTS = {"crawler.crawl.scrapy.contracts.Declared": 10}

# What these would do is done elsewhere, or wanted by nobody; each costs time with every page.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}

# Honest requests.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Wirewatch"
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
RETRY_TIMES = 1  # at once; everything after that is the ledger's business
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the ledger keeps the reason
REDIRECT_MAX_TIMES = 5
# The ledger knows which pages are known; a filter on top would hide a retry from it.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

# Safe defaults where Scrapy's are not.
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPPROXY_ENABLED = True
HTTPCACHE_ENABLED = False  # it would turn a 503 into a cached 200

# A page is one item. Scrapy starts this many tasks for each response, whatever it yields.
CONCURRENT_ITEMS = 1

# Quiet, and no work that nobody reads.
LOG_LEVEL = "WARNING"
STATS_DUMP = False
LOGSTATS_INTERVAL = 0.0
MEMUSAGE_ENABLED = False
MEMDEBUG_ENABLED = False
