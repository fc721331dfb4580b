"""Documents of the smallest kind that LibreOffice reads, some of them with links that lead outside."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    [
        *(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "text", "table", "manifest")),
        f'xmlns:draw="{OASIS}:drawing:1.0" xmlns:svg="{OASIS}:svg-compatible:1.0"',
        f'xmlns:of="{OASIS}:of:1.2" xmlns:xlink="http://www.w3.org/1999/xlink"',
    ]
)


def packed(files: Mapping[str, str]) -> bytes:
    """A ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


def open_document(kind: str, body: str) -> bytes:
    """An OpenDocument file: `text`, `spreadsheet` or `presentation`."""
    mime = f"application/vnd.oasis.opendocument.{kind}"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in (("/", mime), ("content.xml", "text/xml"))
    )
    content = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return packed(
        {
            "mimetype": mime,
            "content.xml": f"{XML}<office:document-content {NAMES} office:version='1.2'>{content}"
            "</office:document-content>",
            "META-INF/manifest.xml": f"{XML}<manifest:manifest {NAMES} manifest:version='1.2'>{entries}"
            "</manifest:manifest>",
        }
    )


def odt(*paragraphs: str) -> bytes:
    """A text; paragraphs are markup."""
    return open_document("text", "".join(f"<text:p>{each}</text:p>" for each in paragraphs))


def ods(*formulas: str) -> bytes:
    """A sheet with a formula in each row."""
    rows = "".join(
        f'<table:table-row><table:table-cell table:formula="of:={each}"/></table:table-row>'
        for each in formulas
    )
    return open_document("spreadsheet", f'<table:table table:name="One">{rows}</table:table>')


def presentation(*texts: str) -> bytes:
    """A presentation with a slide for each text."""
    boxes = {text: frame(f"<draw:text-box><text:p>{text}</text:p></draw:text-box>") for text in texts}
    slides = (f'<draw:page draw:name="{text}">{box}</draw:page>' for text, box in boxes.items())
    return open_document("presentation", "".join(slides))


def frame(inner: str) -> str:
    """A frame in a paragraph or on a slide."""
    return f'<draw:frame svg:width="3cm" svg:height="3cm" text:anchor-type="as-char">{inner}</draw:frame>'


def linked(tag: str, address: str) -> str:
    """An element of a text that shows what lies at an address."""
    return frame(
        f'<draw:{tag} xlink:href="{address}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
    )


def section(address: str) -> bytes:
    """A text with a section whose content lies at an address."""
    source = f'<text:section-source xlink:href="{address}" xlink:type="simple" xlink:show="embed"/>'
    return open_document(
        "text", f'<text:section text:name="s">{source}<text:p>inside</text:p></text:section>'
    )


def docx(body: str, links: Mapping[str, str] | None = None) -> bytes:
    """A Word document; `links` are addresses of pictures outside, by id."""
    outside = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/image" Target="{address}" TargetMode="External"/>'
        for name, address in (links or {}).items()
    )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    related = f'xmlns="{PACKAGE}/relationships"'
    return packed(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f'{XML}<Relationships {related}><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f"{XML}<Relationships {related}>{outside}</Relationships>",
            "word/document.xml": f'{XML}<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}" '
            f'xmlns:wp="{DRAWING}/wordprocessingDrawing" xmlns:a="{DRAWING}/main" '
            f'xmlns:pic="{DRAWING}/picture"><w:body>{body}</w:body></w:document>',
        }
    )


def paragraph(text: str) -> str:
    """A paragraph of a Word document."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def linked_picture(name: str) -> str:
    """A paragraph of a Word document with a picture that lies outside."""
    size = '<wp:extent cx="900000" cy="900000"/>'
    fill = f'<pic:blipFill><a:blip r:link="{name}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    shape = (
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm>'
        '<a:prstGeom prst="rect"/></pic:spPr>'
    )
    named = '<pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr>'
    picture = f"<pic:pic>{named}{fill}{shape}</pic:pic>"
    graphic = f'<a:graphic><a:graphicData uri="{DRAWING}/picture">{picture}</a:graphicData></a:graphic>'
    inline = f'<wp:inline>{size}<wp:docPr id="1" name="p"/>{graphic}</wp:inline>'
    return f"<w:p><w:r><w:drawing>{inline}</w:drawing></w:r></w:p>"


def included(address: str) -> str:
    """Paragraphs of a Word document whose fields include a text and a picture from outside."""

    def of(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return "".join(
        f'<w:p>{of("begin")}<w:r><w:instrText xml:space="preserve"> {order} "{address}" </w:instrText></w:r>'
        f"{of('separate')}<w:r><w:t>inside</w:t></w:r>{of('end')}</w:p>"
        for order in ("INCLUDETEXT", "INCLUDEPICTURE")
    )


def png() -> bytes:
    """A picture of one red dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dot = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")
