"""What stands in the other's place as a name, a number or a verb makes two stories of one form."""

from __future__ import annotations

import pytest

from pipelines.stories.contrasts import contrast
from pipelines.stories.shingles import ShingledText
from pipelines.stories.verdict import judge

FORMS = {
    "state": (
        "Defence minister meets delegation from {x}",
        (
            "The defence minister met on Tuesday a delegation from {x}. The talks were about "
            "training, the exchange of officers and the struggle with extremism. Both sides "
            "said that they want to keep up the dialogue and to prepare a joint plan for the "
            "coming year."
        ),
        ("Norway", "Egypt"),
    ),
    "person": (
        "President receives {x}",
        (
            "The president received {x} in his residence on Monday. They spoke about security"
            " in the region, the work of the joint commission and plans for the next meeting."
            " At the end the guest thanked the hosts for a warm welcome in the capital and "
            "for the long talk."
        ),
        ("Lundqvist", "Okonkwo"),
    ),
    "place": (
        "Открыт центр обучения спасателей в {x}",
        (
            "Министерство сообщило об открытии учебного центра спасателей в городе {x}. "
            "Здание строили два года, в нём есть полигон и классы. Первые группы начнут "
            "занятия осенью, программу составили вместе с иностранными партнёрами и утвердили"
            " в столице."
        ),
        ("Мурманск", "Саратов"),
    ),
    "number": (
        "Council adopts resolution {x}",
        (
            "The council adopted resolution {x} on Thursday after a short debate. Members "
            "thanked the drafters and said that the text will guide the work of the "
            "secretariat. It asks states to report on what they have done and to keep contact"
            " points for questions of others."
        ),
        ("4071", "4072"),
    ),
    "verb": (
        "Senate {x} law on border guards",
        (
            "The senate {x} the law on border guards on Friday after two hours of debate. The"
            " speaker thanked the members for their work. The law was drafted last year by "
            "the ministry and is about equipment, training and the exchange of data with the "
            "neighbours of the country."
        ),
        ("approved", "rejected"),
    ),
    "turkish": (
        "Meclis güvenlik anlaşmasını {x}",
        (
            "Meclis genel kurulu güvenlik anlaşmasını salı günü {x}. Görüşmeler iki saat "
            "sürdü ve üyeler söz aldı. Anlaşma geçen yıl iki bakan tarafından imzalanmıştı ve"
            " bilgi paylaşımı ile ortak eğitim öngörüyor, başkanlık divanı açıklamasında "
            "belirtildi."
        ),
        ("onayladı", "reddetti"),
    ),
    "chinese": (
        "外交部长会见{x}大使",
        (
            "外交部长今天在首都会见{x}大使，双方就两国关系、国际组织框架内的合作以及打"
            "击恐怖主义交换意见，并讨论下一阶段高层互访的安排。双方积极评价当前的政治对话"
            "水平，表示愿意继续加强各部门之间的联系。"
        ),
        ("日本", "意大利"),
    ),
    "arabic": (
        "الوزير يستقبل سفير {x}",
        (
            "استقبل وزير الخارجية اليوم في مكتبه سفير {x} وبحث معه العلاقات بين البلدين "
            "والتعاون في المنظمات الدولية ومكافحة الارهاب. وتبادل الجانبان الآراء حول جدول "
            "الزيارات المقبلة واشادا بمستوى الحوار السياسي بين العاصمتين خلال الفترة الماضية"
        ),
        ("اليابان", "ايطاليا"),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_is_filled_in_twice_is_two_stories(form: str) -> None:
    title, text, fillings = FORMS[form]
    one, other = (ShingledText(title.format(x=x), text.format(x=x)) for x in fillings)
    assert not judge(one, other).same
    assert judge(one, one).same


def test_another_spelling_of_a_name_is_no_other_name() -> None:
    title, text, _ = FORMS["person"]
    one, other = (
        ShingledText(title.format(x=x), text.format(x=x)) for x in ("Alimjanov", "Alimzhanov")
    )
    assert not contrast(one, other)


def test_a_toll_that_rose_is_the_same_story() -> None:
    text = (
        "A blast at a market killed {x} people on Sunday, the police said. The wounded "
        "were taken to two hospitals. Roads nearby are closed and experts are at work. "
        "The mayor called the people to give blood and to keep away from the place until "
        "the search is over."
    )
    one, other = (
        ShingledText(f"Blast kills {x} at market", text.format(x=x)) for x in ("12", "14")
    )
    assert judge(one, other).same


def test_a_flash_is_the_story_under_its_headline() -> None:
    headline = "Tajikistan, Mongolia sign border security memorandum in Ulaanbaatar"
    story = ShingledText(headline, FORMS["state"][1].format(x="Mongolia"))
    assert judge(ShingledText(headline, ""), story).same
    assert not judge(
        ShingledText("News of the day", ""), ShingledText("News of the day", story.text)
    ).same
