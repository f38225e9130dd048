"""The letter that lies on top of a bag, for somebody who has never seen one; English, and Chinese where it is signed."""

from __future__ import annotations

from collections.abc import Mapping

from .description import DEMONSTRATION, About

#: What lies where; a line stands only if there is something.
CONTENTS: Mapping[str, Mapping[str, str]] = {
    "documents/final.pdf": {
        "en": "the agreement as everybody signed it; this is the original",
        "zh": "各方签署完成的协议，即电子正本",
    },
    "documents/certificate.pdf": {
        "en": "the completion certificate: who did what, when, and how they were identified",
        "zh": "签署完成证明：何人、何时、以何种方式签署，身份如何核验",
    },
    "documents/renewed-": {
        "en": "the same document with newer time-stamps behind it",
        "zh": "同一文件，末尾追加了较新的时间戳",
    },
    "documents/witness-": {"en": "certificates of the witnesses", "zh": "见证证明"},
    "documents/approved.docx": {"en": "the approved text in Word, before it was frozen", "zh": "锁定之前获批准的 Word 文本"},
    "documents/ending": {"en": "what shows that the agreement was ended", "zh": "协议终止的依据"},
    "signatures/": {
        "en": "each electronic signature taken out of the PDF files (CMS), and a list of them",
        "zh": "从 PDF 文件中取出的各项电子签名（CMS）及其清单",
    },
    "timestamps/": {"en": "each time-stamp (RFC 3161)", "zh": "各项时间戳（RFC 3161）"},
    "certificates/": {
        "en": "the certificates of everybody who signed; in roots/ those everything rests on",
        "zh": "各签署人的数字证书；roots/ 中为信任所依据的根证书",
    },
    "revocation/": {
        "en": "statements that no certificate had been taken back (lists and OCSP answers)",
        "zh": "证书未被吊销的证明（吊销列表和 OCSP 应答）",
    },
    "trail/": {"en": "everything that happened, one event a line, each bound to the one before", "zh": "操作留痕，每行一个事件，逐条前后相连"},
    "metadata/": {"en": "the facts for a catalogue (Dublin Core) and for machines (JSON)", "zh": "编目信息（Dublin Core）和供程序读取的数据（JSON）"},
}  # fmt: skip

TEXTS: Mapping[str, str] = {
    "en": """{title}
{underline}
{demonstration}
Reference        {ref}
Register number  {number}
Signed on        {day}
Parties          {parties}
Kept by          {keeper}

WHAT THIS IS
This folder holds everything that shows how the document above was signed. You can keep it anywhere, for as
long as you like. You need neither our service nor our help to check it.

WHAT YOU WANT FIRST
Open data/documents/final.pdf. That is the signed document. Never print it to a new PDF or save it under
another program: a copy that was saved anew no longer carries its signatures.

WHAT LIES WHERE (below data/)
{contents}

HOW TO CHECK IT
Quickly, on the internet:
  Open {verification}
  or upload final.pdf at {public_url}/verify.
Without us, on your own computer (Python 3.8 or newer and the program openssl):
  python3 check.py
It reads every file again and says CONFIRMED or NOT CONFIRMED. At its end it prints the fingerprint of the root
certificate. Compare that with the one the institution publishes ({public_url}/verify, at the foot of the page) or
tells you by another way, on the telephone for instance: a forger can put together a bag that fits in itself, but not under our
root. If you want to be sure of the script too, take it from {public_url}/verify/check.py.
{withheld}
WHAT IT PROVES
Each signature shows that the file was not changed since, and that the service identified the person in the way
the completion certificate states. {placeholder}
The check confirms cryptography and the order of events. Whether the agreement is still in effect today, only the
parties can say; what was known when this bag was made stands in data/metadata/record.json.

FORMAT
BagIt 1.0 (RFC 8493). Every program for BagIt can check the manifests.
""",
    "zh": """{title}
{underline}
{demonstration}
编号    {ref}
登记号  {number}
签署日期  {day}
签约方  {parties}
保管方  {keeper}

这是什么
本文件夹汇集了证明上述文件签署经过的全部材料，可在任何地方长期保存。查验时无需使用本服务，也无需联系我们。

先看哪个文件
请打开 data/documents/final.pdf，即已签署的文件。请勿将其重新打印为 PDF，也勿用其他程序另存：另存后的副本不再带有签名。

目录（位于 data/ 之下）
{contents}

如何查验
网上快速查验：
  打开 {verification}
  或在 {public_url}/verify 上传 final.pdf。
不依赖我们，在自己的电脑上查验（需要 Python 3.8 或更高版本以及 openssl 程序）：
  python3 check.py
程序会重新读取每个文件，并给出“已确认”或“未能确认”的结论，最后列出根证书的指纹码。请将其与保管方公布的指纹码
（{public_url}/verify 页面底部）或通过电话等其他途径获得的指纹码核对：伪造者可以拼凑出一个自相吻合的证据包，但无法
使用我们的根证书。如需确认查验程序本身，可从 {public_url}/verify/check.py 获取。
{withheld}
能证明什么
每项签名证明文件自签署后未被改动，并证明本服务曾以签署完成证明所述方式核验签署人身份。{placeholder}
查验程序确认的是密码学上的有效性和事件的先后次序。协议今天是否仍然有效，以各方为准；制作本证据包时已知的情况见
data/metadata/record.json。

格式
BagIt 1.0（RFC 8493），任何 BagIt 程序均可核对清单。
""",
}
WITHHELD: Mapping[str, str] = {
    "en": """
What happened inside the house before the signing is not in this bag: of such events only the hash stands in the
trail. The chain still holds over them, and the institution can show each of them later without being able to change it.
""",
    "zh": """
签署前的内部办理经过未放入本证据包：留痕中仅保留这些事件的哈希值。整条链仍可核对；保管方日后可以出示其中任何一条，
但无法更改。
""",
}
PLACEHOLDER: Mapping[str, str] = {
    "en": "The time-stamps are a local placeholder without evidential value: the times are those of the service's own clock.",
    "zh": "其中的时间戳为本地占位，不具证明效力，所示时间取自本服务自身时钟。",
}


def letters(about: About, paths: list[str]) -> dict[str, bytes]:
    """README files by name: in English, and in the languages of the agreement that we write."""
    wanted = ["en", *(tag for tag in about.agreement.languages if tag in TEXTS and tag != "en")]
    return {f"README.{tag}.txt": _letter(about, paths, tag).encode() for tag in wanted}


def _letter(about: About, paths: list[str], language: str) -> str:
    title = _said(about.agreement.titles, language)
    between = "、" if language == "zh" else ", "
    record = about.record
    return TEXTS[language].format(
        title=title,
        underline="=" * (2 * len(title) if language == "zh" else len(title)),
        demonstration=f"\n{DEMONSTRATION}\n" if about.agreement.demonstration else "",
        ref=about.agreement.ref,
        number=record.register_number,
        day=record.executed_on.isoformat(),
        parties=between.join(_said(party, language) for party in about.parties),
        keeper=_said(about.keeper, language),
        contents="\n".join(_contents(paths, language)),
        verification=about.verification,
        public_url=about.public_url,
        withheld=WITHHELD[language] if about.audience == "partner" else "",
        placeholder=PLACEHOLDER[language] if record.timestamp_placeholder else "",
    )


def _contents(paths: list[str], language: str) -> list[str]:
    there = [prefix for prefix in CONTENTS if any(path.startswith(prefix) for path in paths)]
    called = {prefix: prefix if prefix.endswith(("/", ".pdf", ".docx")) else f"{prefix}…" for prefix in there}
    return [f"  {called[prefix]:<28} {CONTENTS[prefix][language]}" for prefix in there]


def _said(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
