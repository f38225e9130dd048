"""What our certificates vouch for: the text their policy address leads to, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from mou_service.trust import certificates


@dataclass(frozen=True)
class Kind:
    """One certificate policy of ours, by its object identifier, with what it says in each language."""

    oid: str
    title: dict[str, str]
    text: dict[str, str]


KINDS = (
    Kind(
        certificates.PERSON,
        {"en": "A person’s certificate", "zh": "签署人、见证人的证书"},
        {
            "en": "Made for one act of signing or witnessing; its key was destroyed right after. The name, title and "
            "organisation in it are those the institution holds on record for the person named in the document. How the "
            "person was identified at the act (a code sent to an e-mail address, an account with password, seen by the host "
            "at the signing table) stands in the document’s completion certificate, and nothing more was checked.",
            "zh": "仅为一次签署或见证而制作，密钥随即销毁。证书中的姓名、职务和单位，以本单位登记的文件署名人信息为准。"
            "签署时以何种方式核实身份（邮件验证码、账号与密码、签约台主持人当面确认）载于该文件的签署完成证明；此外未作其他核查。",
        },
    ),
    Kind(
        certificates.PLATFORM,
        {"en": "The platform’s certificate", "zh": "平台证书"},
        {
            "en": "Certifies that this service froze the text before the first signature. It expresses nobody’s consent.",
            "zh": "证明本服务在首个签名之前锁定了文本，不表示任何人的同意。",
        },
    ),
    Kind(
        certificates.SEAL,
        {"en": "The seal’s certificate", "zh": "电子印章证书"},
        {
            "en": "Applied by the institution’s own service when everybody required has signed, or to a certificate that the "
            "service makes. It is no qualified seal, and is not registered with an authority. Where the institution seals "
            "with a certificate of a certification service instead, the policy of that service applies.",
            "zh": "由本单位自己的服务在应签人员全部签署后，或在本服务制作的证明上加盖；不是合格电子印章，也未在主管部门备案。"
            "本单位改用第三方认证机构签发的证书用印时，适用该机构的规则。",
        },
    ),
    Kind(
        certificates.PLACEHOLDER,
        {"en": "The placeholder clock’s certificate", "zh": "本地占位时间戳证书"},
        {
            "en": "The time in it is the service’s own clock and proves nothing to others.",
            "zh": "其中的时间是本服务自身的时钟，对外不具证明力。",
        },
    ),
)

_TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("What this authority is", "The certificates are issued by the institution’s own memoranda service, for its own "
         "documents only. It is not a licensed certification service, and none of its certificates is a qualified one "
         "under Regulation (EU) No 910/2014 or issued by a licensed body under China’s Electronic Signature Law. "
         "Parties agree in the document to sign in this way."),
        ("Keys", "The root and issuing keys are encrypted at rest or lie in a token. A new key may take the place of an "
         "old one at any time; certificates issued before stay valid, and every root there ever was is published."),
        ("Taking back", "A certificate is taken back when its key may be in other hands or when what it says is wrong. "
         "The list is signed anew at each request, holds for 90 days, and is carried by every finished document. What was "
         "signed before the moment of taking back stays valid."),
        ("Verifying", "Anyone may verify a document at this service without an account, or with other programs by the root "
         "certificates below."),
    ),
    "zh": (
        ("关于本证书机构", "证书由本单位的备忘录服务签发，仅用于本单位的文件。本机构不是持牌电子认证服务机构；其证书不是欧盟第910/2014号条例"
         "所称的合格证书，也不是《中华人民共和国电子签名法》所称依法设立的电子认证服务提供者签发的证书。各方在文件中约定以此方式签署。"),
        ("密钥", "根密钥和签发密钥加密存放，或存放于密码设备中。密钥可随时更换；此前签发的证书继续有效，历次根证书均予公布。"),
        ("吊销", "密钥可能为他人掌握，或证书内容有误时，吊销该证书。吊销列表在每次请求时重新签发，有效期90天，并嵌入每份完成的文件。"
         "吊销之前所作的签名仍然有效。"),
        ("查验", "任何人无需账号即可在本服务查验文件，也可用下列根证书在其他程序中查验。"),
    ),
}  # fmt: skip


def texts() -> dict[str, tuple[tuple[str, str], ...]]:
    """Language → (heading, paragraph)."""
    return _TEXTS
