"""The words of the register linter: what sounds binding in each language, what to write instead, what takes the sting out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Words of obligation, and the wording of a text that records intentions; it quotes the language of the text."""

    words: re.Pattern[str]
    better: str
    #: A sentence that denies any legal effect may use them.
    deniable: bool = True
    #: The clause on legal status has to use them, to say what binds and what does not.
    status: bool = False
    #: Behind these words they are no promise.
    harmless_after: re.Pattern[str] | None = None


#: How the clause is called that says what binds.
STATUS = re.compile(
    r"legal (?:status|nature|effect|character)|binding|法律性质|法律地位|法律效力|约束力|效力|rechtsnatur|rechtswirkung",
    re.I,
)
SENTENCE_ENDS = re.compile(r"[.;:!?](?=\s|$)|[。；：！？]")

#: Somebody decides whether; what follows is no promise.
_OPEN = re.compile(r"\b(?:may|can|could|might|should|must|if|unless|when|once|until|where|whether)\b[^.;]{0,40}$", re.I)
_ENGLISH = (
    Rule(re.compile(r"\bshall\b", re.I), "“will”, “intends to”"),
    Rule(re.compile(r"\bmust\b", re.I), "“will”, “needs to”"),
    Rule(re.compile(r"\bundert(?:akes?|aking|ook)\s+(?:not\s+)?(?:to|that)\b", re.I), "“will”, “intends to”", deniable=False),
    Rule(re.compile(r"\b(?:is|are|be)\s+(?:obliged|obligated)\s+to\b", re.I), "“will”, “is expected to”"),
    Rule(re.compile(r"\b(?:is|are|be)\s+(?:legally\s+)?bound\s+(?:by|to)\b", re.I), "“will respect”", status=True),
    Rule(re.compile(r"\bobligat(?:ions?|ory)\b", re.I), "“commitment”, “task”"),
    Rule(re.compile(r"\b(?:hereby\s+)?agrees?\s+(?:not\s+)?to\s+(?!(?:it|them|this|that|these|those|do|the|a|an|any|such|each|all|its|their|his|her)\b)[a-z]+\b", re.I), "“intends to”, “will”", harmless_after=_OPEN),
    Rule(re.compile(r"\bcovenants?\b", re.I), "“intends to”, “commitment”"),
    Rule(re.compile(r"\bwarrant(?:s|y|ies)?\b", re.I), "“states”, “confirms”", harmless_after=re.compile(r"\b(?:circumstances|situation|conditions|facts|as|so)\s+$", re.I)),
    Rule(re.compile(r"\bguarantee(?:s|d)?\b", re.I), "“will make every effort to”"),
    Rule(re.compile(r"\bliable\b|\b(?:accepts?|assumes?|bears?|incurs?|takes?|joint|full|unlimited)\s+(?:\w+\s+){0,2}liabilit(?:y|ies)\b|\bliabilit(?:y|ies)\s+(?:for|of|to|arising|under)\b", re.I), "“responsible”; or say who bears which costs"),
    Rule(re.compile(r"\bindemnif(?:y|ies|ied|ication)\b|\bindemnity\b", re.I), "“bears its own costs”; or leave it out"),
    Rule(re.compile(r"\bbreach(?:es|ed)?\b(?! of (?:security|personal data|data))", re.I), "“does not act in accordance with”", harmless_after=re.compile(r"\b(?:security|data|privacy)\s+$", re.I)),
    Rule(re.compile(r"\bpenalt(?:y|ies)\b", re.I), "leave it out; “talk it over”"),
    Rule(re.compile(r"\b(?:liquidated\s+|claim\s+|pay\s+|for\s+)damages\b", re.I), "leave it out; “each bears its own loss”"),
    Rule(re.compile(r"\b(?:enter(?:s|ed|ing)?|c[oa]mes?|entry|coming)\s+into\s+force\b|\bremains?\s+in\s+force\b", re.I), "“comes into effect”, “continues to have effect”"),
    Rule(re.compile(r"\b(?:is|are|be|becomes?)\s+(?:\w+\s+)?(?:legally\s+)?binding(?:\s+(?:up)?on)?\b|\bbinding\s+(?:up)?on\b", re.I), "say under “Legal Status” what binds, and only there", status=True, harmless_after=re.compile(r"\b(?:that|which|who|whether|if)\s+$", re.I)),
    Rule(re.compile(r"\bin\s+witness\s+whereof\b", re.I), "“Signed”"),
)  # fmt: skip
#: 应 as a word of its own; inside 应用, 相应, 供应 it is a syllable.
_YING = r"(?<![相适反供响对效因回呼感答顺])应(?![用邀急对届聘答变征付试酬有尽运和])"
_CHINESE = (
    Rule(re.compile(rf"应当|{_YING}"), "“将”“拟”"),
    Rule(re.compile(r"必须|务必"), "“将”“需”"),
    Rule(re.compile(r"不得(?![已而不])(?!被?(?:解释|理解|视为))"), "“不”“避免”", deniable=False),
    Rule(re.compile(r"违约(?:责任|金|方|行为)?"), "“未按本备忘录行事”；或删去"),
    Rule(re.compile(r"(?:损害)?赔偿(?:责任|金)?"), "“各自承担损失”；或删去"),
    Rule(re.compile(r"罚款|罚金|滞纳金"), "删去；“协商处理”"),
    Rule(re.compile(r"担保(?!人)|(?<!为)(?<!以)(?<!来)(?<!从而)(?<!质量)(?<!切实)保证(?![金书])"), "“尽力”“努力”"),
    Rule(re.compile(r"(?<!教育)义务(?![教劳植])"), "“工作”“任务”“安排”"),
    Rule(re.compile(r"(?<=[方校学院司])(?:均|共同|各自|郑重|特此)*承诺(?![书函])"), "“愿”“拟”"),
    Rule(re.compile(r"(?:法律|连带|全部|相应)责任"), "“分工”；或删去"),
    Rule(re.compile(r"同等(?:的)?法律效力"), "“同等效力”"),
    Rule(re.compile(r"(?:具有|具|发生|产生)(?:法律|强制)?(?:上的)?(?:效力|约束力)(?!的)|强制执行"), "只在“法律性质”一条中写明何者具有约束力", status=True),
)  # fmt: skip
_GERMAN = (
    Rule(re.compile(r"\b(?:muss|müssen)\b"), "„wird“, „sollte“"),
    Rule(re.compile(r"\bverpflichte[nt]\b(?:\s+sich)?|\bVerpflichtung(?:en)?\b|\bverpflichtet\b"), "„beabsichtigt“, „wird“"),
    Rule(re.compile(r"\bhafte[nt]\b|\bHaftung\b"), "„trägt selbst“; oder weglassen"),
    Rule(re.compile(r"\bgarantier\w+|\bGewährleistung\b"), "„wird sich bemühen“"),
    Rule(re.compile(r"\bSchaden(?:s)?ersatz\b|\bVertragsstrafe\b"), "weglassen"),
    Rule(re.compile(r"\btr(?:itt|eten)\b[^.;]{0,60}\bin\s+Kraft\b|\bInkrafttreten\b"), "„wird wirksam“"),
    Rule(re.compile(r"\brechtsverbindlich\w*|\brechtlich\s+bindend\w*"), "nur unter „Rechtsnatur“ sagen, was bindet", status=True),
)  # fmt: skip
WORDS: Mapping[str, tuple[Rule, ...]] = {"en": _ENGLISH, "zh": _CHINESE, "de": _GERMAN}

#: What a contract calls its sides and its parts; worth a word only where no clause binds at all.
TERMS: Mapping[str, tuple[Rule, ...]] = {
    "en": (
        Rule(re.compile(r"(?<!third )\b(?:the|both|either|each|neither)\s+Part(?:y|ies)\b", re.I), "“Participant”"),
        Rule(re.compile(r"\bArticles?\s+(?=\d)"), "“Paragraph”"),
        Rule(re.compile(r"\bthis Agreement\b"), "“this Memorandum”"),
    ),
    "zh": (
        Rule(re.compile(r"[甲乙]方"), "“双方”“一方”，或单位简称"),
        Rule(re.compile(r"本(?:协议|合同|契约)"), "“本备忘录”"),
    ),
    "de": (
        Rule(re.compile(r"\b(?:Vertrags)?[Pp]artei(?:en)?\b"), "„Teilnehmer“"),
        Rule(re.compile(r"\bArtikels?\s+(?=\d)"), "„Absatz“"),
    ),
}

#: How far a denial reaches: in Chinese to the next comma, elsewhere to the end of the sentence.
REACH: Mapping[str, re.Pattern[str]] = {"zh": re.compile(r"[。；：！？，]")}
_NO = r"(?:\b(?:no|not|neither|nor|nothing|none|nobody)\b|n't\b)"
_EFFECT = r"(?:legal|bind|bound|oblig|liab|enforc|commit|constru|interpret|constitut|creat|give\s+rise)"
_NO_SUCH = r"\b(?:no|without|not)\s+(?:any\s+|further\s+|legal\s+)?(?:oblig|liab|commit|penalt|damages|warrant|guarantee|indemni)"
_LAW = r"(?:约束|义务|责任|效力|强制执行|赔偿|违约|承诺|权利|担保|保证|解释为|理解为|视为|构成)"
DENIALS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(rf"{_NO}[^.;]{{0,80}}{_EFFECT}|{_NO_SUCH}", re.I),
    "zh": re.compile(rf"(?:不(?!得)|无(?!故)|非|未(?!能|经|按)|免除|没有).*{_LAW}"),
    "de": re.compile(r"\b(?:nicht|kein\w*|weder|ohne)\b[^.;]{0,80}(?:bind|verbindlich|pflicht|haft|Anspruch|Garanti|Schaden)", re.I),
}  # fmt: skip
