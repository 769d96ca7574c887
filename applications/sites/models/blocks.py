"""Pieces that editors put a page together from. Each is legible for a screen reader: a picture says what it shows."""

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from applications.sites.words import say

FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link", "superscript", "subscript"]


class PictureBlock(blocks.StructBlock):
    """A picture with the words that stand for it (WCAG 1.1.1)."""

    image = ImageChooserBlock(label=say("图片", "Picture"))
    words = blocks.CharBlock(label=say("替代文字（读屏软件朗读）", "Text in its place (read aloud)"), max_length=200)
    caption = blocks.CharBlock(label=say("图注", "Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = say("图片", "Picture")
        template = "sites/blocks/picture.html"


class HeadingBlock(blocks.CharBlock):
    """A heading of the second rank."""

    class Meta:
        icon = "title"
        label = say("小标题", "Heading")
        template = "sites/blocks/heading.html"


class FileBlock(blocks.StructBlock):
    """A file for download."""

    file = DocumentChooserBlock(label=say("文件", "File"))
    about = blocks.CharBlock(label=say("说明", "About it"), required=False, max_length=200)

    class Meta:
        icon = "download"
        label = say("附件", "File")
        template = "sites/blocks/file.html"


class PlaceBlock(blocks.StructBlock):
    """A place on the map."""

    name = blocks.CharBlock(label=say("名称", "Name"), max_length=80)
    address = blocks.CharBlock(label=say("地址", "Address"), max_length=200)
    telephone = blocks.CharBlock(label=say("电话", "Telephone"), required=False, max_length=40)
    hours = blocks.CharBlock(label=say("办公时间", "Hours"), required=False, max_length=100)
    latitude = blocks.FloatBlock(label=say("纬度", "Latitude"), min_value=-90, max_value=90)
    longitude = blocks.FloatBlock(label=say("经度", "Longitude"), min_value=-180, max_value=180)

    class Meta:
        icon = "site"
        label = say("地点", "Place")


class LinkBlock(blocks.StructBlock):
    """A link to another site."""

    name = blocks.CharBlock(label=say("名称", "Name"), max_length=80)
    url = blocks.URLBlock(label=say("网址", "Address"))

    class Meta:
        icon = "link"
        label = say("链接", "Link")


class LinkGroupBlock(blocks.StructBlock):
    """Links below a heading."""

    heading = blocks.CharBlock(label=say("分组", "Group"), max_length=40)
    links = blocks.ListBlock(LinkBlock(), label=say("链接", "Links"))

    class Meta:
        icon = "list-ul"
        label = say("链接分组", "Group of links")


class ChosenBlock(blocks.StructBlock):
    """Pages of any unit below a heading: what a topic gathers."""

    heading = blocks.CharBlock(label=say("小标题", "Heading"), max_length=40)
    pages = blocks.ListBlock(blocks.PageChooserBlock(), label=say("页面", "Pages"))

    class Meta:
        icon = "folder-open-inverse"
        label = say("选登", "Chosen pages")
        template = "sites/blocks/chosen.html"


class CountyTable(TableBlock):
    """A table; it has to have a caption."""

    def clean(self, value: dict[str, object] | None) -> object:
        """Refuse a table without a caption. Raises ValidationError."""
        cleaned = super().clean(value)
        if cleaned and not cleaned.get("table_caption"):
            raise ValidationError(say("表格要有标题", "A table needs a caption"))
        return cleaned


BODY = [
    ("heading", HeadingBlock()),
    ("text", blocks.RichTextBlock(label=say("正文", "Text"), features=FEATURES)),
    ("picture", PictureBlock()),
    ("file", FileBlock()),
    ("table", CountyTable(label=say("表格", "Table"))),
]
