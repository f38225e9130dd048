"""LibreOffice for one file at a time: in a box without a network or our own files, with limits, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.sax.saxutils import escape

from mou_service.core.errors import EngineFailed

#: What one conversion may take: seconds of waiting and of computing, bytes of memory and of any file, processes.
PATIENCE, COMPUTING = 90, 60
MEMORY, LARGEST_FILE, PROCESSES = 4 << 30, 200 << 20, 400
#: Seconds after its patience is over at which it ends though nobody waits for it any more.
_GRACE = 5.0
_FOLDER = "mou-office-"
#: Seconds after which a folder of a worker that was killed is nobody's any more.
_LEFT_BEHIND = 3600
#: So much of what a program tells is read, its end.
_TOLD = 2000
_PROGRAMS = ("soffice", "libreoffice")
_USUAL_PLACES = ("/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice")
#: No network, no other processes, mounts of its own; as an ordinary user first, else as the administrator one is.
_BOXES = (
    ("unshare", "--user", "--map-root-user", "--net", "--pid", "--ipc", "--mount", "--fork", "--kill-child"),
    ("unshare", "--net", "--pid", "--ipc", "--mount", "--fork", "--kill-child"),
)
#: Covers the folder named first, so that nothing in the box can read it, and starts the rest without the rights to uncover
#: it. Where the machine permits it, no process outside is seen, and nothing is written but in the folder of the job and
#: in an empty one for the pipe LibreOffice talks to itself through.
_COVERED = """
if [ -d "$0" ]; then mount -t tmpfs -o size=64k,mode=700 none "$0" || exit 1; fi
mount -t proc none /proc 2>/dev/null
case "$HOME" in /var/tmp/*) pipes=/tmp ;; *) pipes=/var/tmp ;; esac
{ mount -t tmpfs -o size=1m none $pipes && mount --bind "$HOME" "$HOME" && mount -o remount,bind,ro / && cd "$HOME"; } 2>/dev/null
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""
_FILTER = (
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},'
    '"UseTaggedPDF":{"type":"boolean","value":"true"},"PDFUACompliance":{"type":"boolean","value":"true"},'
    '"ExportFormFields":{"type":"boolean","value":"false"},"ExportBookmarks":{"type":"boolean","value":"false"},'
    '"ExportNotes":{"type":"boolean","value":"false"},"ReduceImageResolution":{"type":"boolean","value":"false"}}'
)
#: No macros, no links that are followed, no fields that look anything up.
_SETTINGS = (
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Writer/Content/Update", "Field", "false"),
    ("/org.openoffice.Office.Writer/Content/Update", "Chart", "false"),
)
_ITEM = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}</oor:items>'
)
#: The faces we draw with stand for those an agreement asks for; PDF/A cannot take every face with axes.
_ALIASES = (
    (("SimSun", "NSimSun", "宋体", "新宋体", "FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312", "KaiTi", "楷体", "STSong"),
     "Noto Serif SC"),
    (("SimHei", "黑体", "Microsoft YaHei", "微软雅黑", "DengXian", "等线", "STHeiti"), "Noto Sans SC"),
)  # fmt: skip
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{folders}<cachedir>{cache}</cachedir>{aliases}
<selectfont><rejectfont><pattern><patelt name="variable"><bool>true</bool></patelt></pattern></rejectfont></selectfont>
</fontconfig>"""


@dataclass(frozen=True)
class Office:
    """The program and how it is boxed in. `covered` is the folder nothing in the box may read: our records and keys."""

    program: Path
    covered: Path
    #: Folders with the faces we draw with.
    fonts: tuple[Path, ...] = ()
    #: Run it even where it cannot be boxed in.
    unboxed: bool = False
    patience: float = PATIENCE

    @cached_property
    def box(self) -> tuple[str, ...] | None:
        """The command that makes the box; None where this machine does not permit one."""
        return next((each for each in _BOXES if _works(self._boxed(each, ["true"]))), None)

    @cached_property
    def version(self) -> str:
        """As the program names itself: "LibreOffice 7.4.7.2"."""
        with tempfile.TemporaryDirectory(prefix=_FOLDER) as folder:
            told = self._run([str(self.program), f"-env:UserInstallation={Path(folder).as_uri()}", "--version"], folder)
        return " ".join(told.split()[:2])

    def pdf(self, docx: bytes) -> bytes:
        """The pages of a cleaned Word file as tagged PDF/A-2b.

        Raises `EngineFailed`, permanent when it is this file that cannot be drawn within the limits.
        """
        _sweep()
        with tempfile.TemporaryDirectory(prefix=_FOLDER) as folder:
            home = Path(folder)
            (home / "document.docx").write_bytes(docx)
            self._prepare(home)
            told = self._run(
                [
                    str(self.program), f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless", "--norestore",
                    "--nologo", "--nodefault", "--nolockcheck", "--convert-to", _FILTER, "--outdir", str(home),
                    str(home / "document.docx"),
                ],
                folder,
            )  # fmt: skip
            made = home / "document.pdf"
            if not made.exists():
                raise EngineFailed("office", f"LibreOffice made no pages: {told[-200:].strip()}", permanent=True)
            return made.read_bytes()

    def _prepare(self, home: Path) -> None:
        (home / "profile" / "user").mkdir(parents=True)
        items = "".join(_ITEM.format(*each) for each in _SETTINGS)
        (home / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE.format(items), "utf-8")
        folders = "".join(f"<dir>{escape(str(each))}</dir>" for each in self._folders(home))
        aliases = "".join(_alias(asked, given) for names, given in _ALIASES for asked in names)
        fonts = _FONTS.format(folders=folders, cache=escape(str(home / "cache")), aliases=aliases)
        (home / "fonts.conf").write_text(fonts, "utf-8")

    def _folders(self, home: Path) -> list[Path]:
        """Where the faces lie; the house's own lie in the covered folder and are copied."""
        found = []
        for number, folder in enumerate(self.fonts):
            inside = self.covered in folder.resolve().parents
            found.append(Path(shutil.copytree(folder, home / f"fonts{number}")) if inside else folder)
        return found

    def _run(self, command: Sequence[str], folder: str) -> str:
        if self.box is None and not self.unboxed:
            raise EngineFailed("office", "this machine permits no box without a network to run LibreOffice in")
        limits = (
            "prlimit", f"--as={MEMORY}", f"--cpu={COMPUTING}", f"--fsize={LARGEST_FILE}", f"--nproc={PROCESSES}", "--core=0",
        )  # fmt: skip
        environment = {
            "PATH": os.environ.get("PATH", os.defpath), "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8", "TZ": "UTC",
            "SAL_USE_VCLPLUGIN": "svp", "FONTCONFIG_FILE": str(Path(folder, "fonts.conf")),
        }  # fmt: skip
        if not Path(folder, "fonts.conf").exists():
            del environment["FONTCONFIG_FILE"]
        # Outside of everything, so that it ends even where the worker that waits for it was killed.
        ended = ["timeout", "--signal=KILL", str(self.patience + _GRACE)]
        with tempfile.TemporaryFile() as told:
            running = subprocess.Popen(
                [*ended, *self._boxed(self.box or (), [*limits, *command])], cwd=folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=told, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            try:
                running.wait(timeout=self.patience)
            except subprocess.TimeoutExpired:
                message = f"LibreOffice took longer than {self.patience:.0f} seconds and was stopped"
                raise EngineFailed("office", message, permanent=True) from None
            finally:
                _end(running)
            told.seek(max(0, told.seek(0, os.SEEK_END) - _TOLD))
            return told.read().decode("utf-8", "replace")

    def _boxed(self, box: Sequence[str], command: Sequence[str]) -> list[str]:
        return [*box, "sh", "-c", _COVERED, str(self.covered), *command] if box else [*command]


def find(program: str, *, covered: Path, fonts: Sequence[Path], unboxed: bool) -> Office | None:
    """LibreOffice as the setting names it: "auto" looks for it, "none" does without, else the path of the program."""
    if program == "none":
        return None
    places = (*_PROGRAMS, *_USUAL_PLACES) if program == "auto" else (program,)
    found = next((path for each in places if (path := shutil.which(each))), None)
    if found is None:
        return None
    return Office(Path(found), covered=covered, fonts=tuple(fonts), unboxed=unboxed)


def _sweep() -> None:
    """Take away what workers left behind that were killed while LibreOffice ran."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        if folder.lstat().st_mtime < time.time() - _LEFT_BEHIND:
            shutil.rmtree(folder, ignore_errors=True)


def _works(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _end(running: subprocess.Popen[bytes]) -> None:
    """Nothing of it stays: the whole process group is killed, whether it ended by itself or not."""
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    running.wait()


def _alias(asked: str, given: str) -> str:
    return f'<alias binding="same"><family>{escape(asked)}</family><prefer><family>{escape(given)}</family></prefer></alias>'
