"""Numbers as Word writes them in front of paragraphs: letters, Roman, Chinese, circled and the like."""

from collections.abc import Callable, Mapping, Sequence

#: Word counts no further; a letter or Roman number beyond would fill pages.
_LARGEST = 32_767
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_CHINESE = ("零一二三四五六七八九", "十", "百", "千", "万")
_LEGAL = ("零壹贰叁肆伍陆柒捌玖", "拾", "佰", "仟", "万")
_LEGAL_TRADITIONAL = ("零壹貳參肆伍陸柒捌玖", "拾", "佰", "仟", "萬")
_KOREAN = ("영일이삼사오육칠팔구", "십", "백", "천", "만")
ONES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IRREGULAR_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def formatted(number: int, style: str) -> str | None:
    """The number in one of Word's styles; nothing when the style is not known."""
    maker = _STYLES.get(style)
    if maker is None:
        return None
    return maker(number) if 0 <= number <= _LARGEST else str(number)


def _letters(alphabet: str) -> Callable[[int], str]:
    """From a to z, then aa, bb: Word repeats the letter."""

    def make(number: int) -> str:
        return alphabet[(number - 1) % len(alphabet)] * ((number - 1) // len(alphabet) + 1) if number > 0 else ""

    return make


def _roman(number: int) -> str:
    text = ""
    for size, letters in _ROMAN:
        while number >= size:
            text, number = text + letters, number - size
    return text


def _positional(digits: Sequence[str]) -> Callable[[int], str]:
    """Each digit replaced: 10 is 一〇."""
    return lambda number: "".join(digits[int(digit)] for digit in str(number))


def _counted(words: Sequence[str], *, leading_one: bool = False) -> Callable[[int], str]:
    """Chinese counting: 十一, 二十, 一百零五, 一万二千."""
    digits, *units, myriad = words

    def below_myriad(number: int) -> str:
        text, gap = "", False
        for power in (3, 2, 1, 0):
            digit = number // 10**power % 10
            if digit:
                text += (digits[0] if gap and text else "") + digits[digit] + (units[power - 1] if power else "")
                gap = False
            else:
                gap = True
        return text

    def make(number: int) -> str:
        if number <= 0:
            return digits[0]
        high, low = divmod(number, 10_000)
        text = below_myriad(high) + myriad if high else ""
        text += (digits[0] if high and 0 < low < 1000 else "") + below_myriad(low)
        return text[1:] if not leading_one and 10 <= number < 20 else text

    return make


def _cycle(signs: str) -> Callable[[int], str]:
    """A fixed row of signs, ordinary figures behind its end."""
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


def _enclosed(first: int, last: int) -> Callable[[int], str]:
    return lambda number: chr(first + number - 1) if 0 < number <= last else str(number)


def _ordinal(number: int) -> str:
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _cardinal_words(number: int) -> str:
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    rest = f" {_cardinal_words(number % 100)}" if number % 100 else ""
    return f"{ONES[number // 100]} hundred{rest}" if number < 1000 else str(number)


def _ordinal_words(number: int) -> str:
    words = _cardinal_words(number)
    head, joint, last = words.rpartition("-" if "-" in words else " ")
    regular = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return head + joint + _IRREGULAR_ORDINALS.get(last, regular)


def _capital(make: Callable[[int], str]) -> Callable[[int], str]:
    return lambda number: make(number).capitalize()


def _upper(make: Callable[[int], str]) -> Callable[[int], str]:
    return lambda number: make(number).upper()


def _chinese_counting(number: int) -> str:
    """Word's 简 style goes over to single digits at a hundred: 一〇〇."""
    return _counted(_CHINESE)(number) if number < 100 else _positional("〇一二三四五六七八九")(number)


_LATIN = _letters("abcdefghijklmnopqrstuvwxyz")
_RUSSIAN = _letters("абвгдежзиклмнопрстуфхцчшщыэюя")
_THOUSANDS = _counted(_CHINESE)
_DIGITAL = _positional("〇一二三四五六七八九")
_STYLES: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "none": lambda number: "",
    "decimalZero": lambda number: f"{number:02d}",
    "lowerLetter": _LATIN,
    "upperLetter": _upper(_LATIN),
    "lowerRoman": _roman,
    "upperRoman": _upper(_roman),
    "russianLower": _RUSSIAN,
    "russianUpper": _upper(_RUSSIAN),
    "ordinal": _ordinal,
    "cardinalText": _capital(_cardinal_words),
    "ordinalText": _capital(_ordinal_words),
    "numberInDash": lambda number: f"- {number} -",
    "hex": lambda number: f"{number:X}",
    "decimalFullWidth": _positional("０１２３４５６７８９"),
    "decimalFullWidth2": _positional("０１２３４５６７８９"),
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _enclosed(0x2460, 20),
    "decimalEnclosedCircleChinese": _enclosed(0x2460, 20),
    "decimalEnclosedParen": _enclosed(0x2474, 20),
    "decimalEnclosedFullstop": _enclosed(0x2488, 20),
    "ideographEnclosedCircle": _enclosed(0x3280, 10),
    "chineseCounting": _chinese_counting,
    "taiwaneseCounting": _chinese_counting,
    "japaneseCounting": _THOUSANDS,
    "chineseCountingThousand": _THOUSANDS,
    "taiwaneseCountingThousand": _THOUSANDS,
    "ideographDigital": _DIGITAL,
    "japaneseDigitalTenThousand": _DIGITAL,
    "taiwaneseDigital": _DIGITAL,
    "chineseLegalSimplified": _counted(_LEGAL, leading_one=True),
    "ideographLegalTraditional": _counted(_LEGAL_TRADITIONAL, leading_one=True),
    "japaneseLegal": _counted(_LEGAL_TRADITIONAL, leading_one=True),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "koreanCounting": _counted(_KOREAN),
    "koreanDigital": _positional("영일이삼사오육칠팔구"),
    "ganada": _cycle("가나다라마바사아자차카타파하"),
    "chosung": _cycle("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"),
    "aiueoFullWidth": _cycle(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
    ),
    "irohaFullWidth": _cycle(
        "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
    ),
    "arabicAlpha": _cycle("أبتثجحخدذرزسشصضطظعغفقكلمنهوي"),
    "arabicAbjad": _cycle("أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"),
    "hebrew2": _cycle("אבגדהוזחטיכלמנסעפצקרשת"),
    "thaiNumbers": _positional("๐๑๒๓๔๕๖๗๘๙"),
    "hindiNumbers": _positional("०१२३४५६७८९"),
    "thaiLetters": _cycle("กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"),
    "chicago": lambda number: "*†‡§"[(number - 1) % 4] * ((number - 1) // 4 + 1),
}
