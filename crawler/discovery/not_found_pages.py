"""Soft 404: a page that says that there is none, answered as if there were (200)."""

from __future__ import annotations

import html
import re

from crawler.discovery.html_sniffing import page_title

_LOOKED_AT = 65_536  # bytes: a title stands at the top
_SEPARATOR = re.compile(r" [-|–—:·»«•/]+ | ?[|»·•] ?")
_NUMBER = re.compile(
    r"(?:error|erreur|fehler|errore|erro|ошибка|помилка|памылка|hata|xato|қате|خطأ|خطای|错误|錯誤)?"
    r" ?404(?: (?:error|erreur|fehler|ошибка|错误))?(?:[-:.,!]? (?:page |file )?not found)?"
)
_APOLOGY = re.compile(r"^(?:sorry|oops|ups|извините|упс|désolé|lo sentimos)[,!.:]? ")
_PHRASES = frozenset(
    """
    not found|page not found|file not found|document not found|article not found|content not found
    the page was not found|the requested page was not found|the requested page could not be found
    this page could not be found|the page could not be found|page cannot be found|page not available
    the page you are looking for could not be found|the page you requested was not found
    page does not exist|this page doesn't exist|this page does not exist|nothing found
    страница не найдена|запрашиваемая страница не найдена|такая страница не найдена
    страница не существует|документ не найден|материал не найден|новость не найдена
    сторінку не знайдено|сторінка не знайдена|старонка не знойдзена|старонка не існуе
    страница није пронађена|stranica nije pronađena|страницата не е намерена
    бет табылмады|парақша табылмады|барак табылган жок|баракча табылган жок|саҳифа ёфт нашуд
    sahifa topilmadi|саҳифа топилмади|sahypa tapylmady|səhifə tapılmadı|sayfa bulunamadı
    хуудас олдсонгүй|էջը չի գտնվել|გვერდი ვერ მოიძებნა|الصفحة غير موجودة|الصفحة المطلوبة غير موجودة
    لم يتم العثور على الصفحة|صفحه یافت نشد|صفحه پیدا نشد|صفحه مورد نظر یافت نشد|صفحہ نہیں ملا
    הדף לא נמצא|page introuvable|page non trouvée|cette page n'existe pas|página no encontrada
    página não encontrada|pagina non trovata|seite nicht gefunden|pagina niet gevonden
    nie znaleziono strony|strona nie została znaleziona|stránka nenalezena|az oldal nem található
    halaman tidak ditemukan|không tìm thấy trang|ไม่พบหน้า|पृष्ठ नहीं मिला|পৃষ্ঠা পাওয়া যায়নি
    页面不存在|页面未找到|页面没有找到|找不到页面|找不到该页面|頁面不存在|找不到頁面
    ページが見つかりません|ページが見つかりませんでした|페이지를 찾을 수 없습니다
    """.strip()
    .replace("\n", "|")
    .replace("|    ", "|")
    .split("|")
)


def says_not_found(body: bytes) -> bool:
    """Is it the site's page for what is not there, as its title says in so many words?

    The whole title, or its part before or behind the site's name: "Black box not found" is news.
    """
    title = " ".join(html.unescape(page_title(body[:_LOOKED_AT])).replace("’", "'").split())
    return any(_is_notice(part) for part in _SEPARATOR.split(title.casefold()))


def _is_notice(part: str) -> bool:
    said = _APOLOGY.sub("", part.strip(" .!?…")).strip()
    return said in _PHRASES or _NUMBER.fullmatch(said) is not None
