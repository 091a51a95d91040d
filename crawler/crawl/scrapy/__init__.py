"""Scrapy components: add-on, throttle and retries, robots.txt, download handler, contracts."""
