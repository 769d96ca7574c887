"""The first tables, written down by `makemigrations`."""

import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import wagtail.contrib.forms.models
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

import applications.sites.review


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("news", "动态要闻"),
                            ("notices", "通知公告"),
                            ("policy", "政策文件"),
                            ("guide", "办事指南"),
                            ("plan", "人事、规划计划"),
                            ("video", "视频"),
                            ("other", "其他"),
                        ],
                        default="news",
                        max_length=20,
                        verbose_name="类型",
                    ),
                ),
                ("every_days", models.PositiveIntegerField(default=0, verbose_name="更新期限（天，0 为不要求）")),
            ],
            options={
                "verbose_name": "栏目",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=20, verbose_name="类别")),
                ("severity", models.CharField(max_length=10, verbose_name="级别")),
                ("unit", models.CharField(db_index=True, max_length=40, verbose_name="单位")),
                ("url", models.CharField(max_length=500, verbose_name="页面")),
                ("detail", models.CharField(max_length=500, verbose_name="详情")),
                ("since", models.DateTimeField(verbose_name="发现时间")),
            ],
            options={
                "verbose_name": "监测发现",
                "verbose_name_plural": "监测发现",
                "ordering": ["-since"],
            },
        ),
        migrations.CreateModel(
            name="DirectoryPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("intro", wagtail.fields.RichTextField(blank=True, verbose_name="说明")),
            ],
            options={
                "verbose_name": "信息公开目录",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="DisclosurePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("guide", "第十二条 政府信息公开指南"),
                            ("a20-01", "第二十条（一） 行政法规、规章和规范性文件"),
                            ("a20-02", "第二十条（二） 机关职能、机构设置、办公地址、办公时间、联系方式、负责人姓名"),
                            ("a20-03", "第二十条（三） 国民经济和社会发展规划、专项规划、区域规划及相关政策"),
                            ("a20-04", "第二十条（四） 国民经济和社会发展统计信息"),
                            (
                                "a20-05",
                                "第二十条（五） 办理行政许可和其他对外管理服务事项的依据、条件、程序以及办理结果",
                            ),
                            (
                                "a20-06",
                                "第二十条（六） 实施行政处罚、行政强制的依据、条件、程序以及具有一定社会影响的行政处罚决定",
                            ),
                            ("a20-07", "第二十条（七） 财政预算、决算信息"),
                            ("a20-08", "第二十条（八） 行政事业性收费项目及其依据、标准"),
                            ("a20-09", "第二十条（九） 政府集中采购项目的目录、标准及实施情况"),
                            ("a20-10", "第二十条（十） 重大建设项目的批准和实施情况"),
                            (
                                "a20-11",
                                "第二十条（十一） 扶贫、教育、医疗、社会保障、促进就业等方面的政策、措施及其实施情况",
                            ),
                            ("a20-12", "第二十条（十二） 突发公共事件的应急预案、预警信息及应对情况"),
                            (
                                "a20-13",
                                "第二十条（十三） 环境保护、公共卫生、安全生产、食品药品、产品质量的监督检查情况",
                            ),
                            ("a20-14", "第二十条（十四） 公务员招考的职位、名额、报考条件等事项以及录用结果"),
                            ("a20-15", "第二十条（十五） 法律、法规、规章和国家有关规定规定应当主动公开的其他政府信息"),
                            (
                                "a21-county",
                                "第二十一条 市政建设、公共服务、公益事业、土地征收、房屋征收、治安管理、社会救助",
                            ),
                            (
                                "a21-township",
                                "第二十一条 农业农村政策、农田水利、承包经营权流转、宅基地审核、土地征收、房屋征收、筹资筹劳、社会救助",
                            ),
                            ("report", "第五十条 政府信息公开工作年度报告"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "index_number",
                    models.CharField(db_index=True, default="", editable=False, max_length=60, verbose_name="索引号"),
                ),
                ("document_number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("issuer", models.CharField(blank=True, max_length=80, verbose_name="发布机构")),
                ("made_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="生成日期")),
                (
                    "state",
                    models.CharField(
                        choices=[("valid", "有效"), ("repealed", "废止"), ("expired", "失效")],
                        default="valid",
                        max_length=10,
                        verbose_name="效力",
                    ),
                ),
                ("summary", models.TextField(max_length=500, verbose_name="内容概述")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [("heading", 0), ("text", 1), ("picture", 5), ("file", 8), ("table", 9)],
                        blank=True,
                        block_lookup={
                            0: ("applications.sites.models.blocks.HeadingBlock", (), {}),
                            1: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "ol",
                                        "ul",
                                        "link",
                                        "document-link",
                                        "superscript",
                                        "subscript",
                                    ],
                                    "label": "正文",
                                },
                            ),
                            2: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "图片"}),
                            3: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "替代文字（读屏软件朗读）", "max_length": 200},
                            ),
                            4: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "图注", "max_length": 200, "required": False},
                            ),
                            5: ("wagtail.blocks.StructBlock", [[("image", 2), ("words", 3), ("caption", 4)]], {}),
                            6: ("wagtail.documents.blocks.DocumentChooserBlock", (), {"label": "文件"}),
                            7: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "说明", "max_length": 200, "required": False},
                            ),
                            8: ("wagtail.blocks.StructBlock", [[("file", 6), ("about", 7)]], {}),
                            9: ("applications.sites.models.blocks.CountyTable", (), {"label": "表格"}),
                        },
                        verbose_name="内容",
                    ),
                ),
            ],
            options={
                "verbose_name": "公开信息",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="DownloadPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "files",
                    wagtail.fields.StreamField(
                        [("file", 2)],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.documents.blocks.DocumentChooserBlock", (), {"label": "文件"}),
                            1: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "说明", "max_length": 200, "required": False},
                            ),
                            2: ("wagtail.blocks.StructBlock", [[("file", 0), ("about", 1)]], {}),
                        },
                        verbose_name="文件",
                    ),
                ),
            ],
            options={
                "verbose_name": "资料下载",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="FormPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("intro", wagtail.fields.RichTextField(blank=True, verbose_name="说明")),
                ("thanks", models.CharField(default="已收到，谢谢。", max_length=200, verbose_name="提交后的话")),
            ],
            options={
                "verbose_name": "在线表单",
            },
            bases=(applications.sites.review.Gated, wagtail.contrib.forms.models.FormMixin, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="LinksPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "groups",
                    wagtail.fields.StreamField(
                        [("group", 5)],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "分组", "max_length": 40}),
                            1: ("wagtail.blocks.CharBlock", (), {"label": "名称", "max_length": 80}),
                            2: ("wagtail.blocks.URLBlock", (), {"label": "网址"}),
                            3: ("wagtail.blocks.StructBlock", [[("name", 1), ("url", 2)]], {}),
                            4: ("wagtail.blocks.ListBlock", (3,), {"label": "链接"}),
                            5: ("wagtail.blocks.StructBlock", [[("heading", 0), ("links", 4)]], {}),
                        },
                        verbose_name="链接",
                    ),
                ),
            ],
            options={
                "verbose_name": "友情链接",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="MailboxPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("intro", wagtail.fields.RichTextField(blank=True, verbose_name="说明")),
            ],
            options={
                "verbose_name": "领导信箱",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="MapPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "places",
                    wagtail.fields.StreamField(
                        [("place", 6)],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "名称", "max_length": 80}),
                            1: ("wagtail.blocks.CharBlock", (), {"label": "地址", "max_length": 200}),
                            2: ("wagtail.blocks.CharBlock", (), {"label": "电话", "max_length": 40, "required": False}),
                            3: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "办公时间", "max_length": 100, "required": False},
                            ),
                            4: ("wagtail.blocks.FloatBlock", (), {"label": "纬度", "max_value": 90, "min_value": -90}),
                            5: (
                                "wagtail.blocks.FloatBlock",
                                (),
                                {"label": "经度", "max_value": 180, "min_value": -180},
                            ),
                            6: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("name", 0),
                                        ("address", 1),
                                        ("telephone", 2),
                                        ("hours", 3),
                                        ("latitude", 4),
                                        ("longitude", 5),
                                    ]
                                ],
                                {},
                            ),
                        },
                        verbose_name="地点",
                    ),
                ),
            ],
            options={
                "verbose_name": "位置地图",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="PortalPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("welcome", wagtail.fields.RichTextField(blank=True, verbose_name="欢迎词")),
            ],
            options={
                "verbose_name": "门户",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="ReviewTask",
            fields=[
                (
                    "task_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "本单位审核",
                "verbose_name_plural": "本单位审核",
            },
            bases=("wagtailcore.task",),
        ),
        migrations.CreateModel(
            name="SurveyPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("intro", wagtail.fields.RichTextField(blank=True, verbose_name="说明")),
                ("thanks", models.CharField(default="已收到，谢谢。", max_length=200, verbose_name="提交后的话")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                (
                    "results",
                    models.CharField(
                        choices=[("after", "结束后"), ("always", "随时"), ("never", "不公开")],
                        default="after",
                        max_length=10,
                        verbose_name="结果公开",
                    ),
                ),
            ],
            options={
                "verbose_name": "在线调查",
            },
            bases=(applications.sites.review.Gated, wagtail.contrib.forms.models.FormMixin, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="UnitPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("code", models.CharField(editable=False, max_length=40, unique=True, verbose_name="代码")),
                ("kind", models.CharField(editable=False, max_length=20, verbose_name="类别")),
                ("heading", models.CharField(default="", editable=False, max_length=60, verbose_name="分组")),
                ("about", wagtail.fields.RichTextField(blank=True, verbose_name="单位概况")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                ("telephone", models.CharField(blank=True, max_length=60, verbose_name="电话")),
                ("hours", models.CharField(blank=True, max_length=120, verbose_name="办公时间")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="纬度")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="经度")),
            ],
            options={
                "verbose_name": "单位首页",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="ArticlePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("dated", models.DateField(default=django.utils.timezone.localdate, verbose_name="日期")),
                ("source", models.CharField(blank=True, max_length=80, verbose_name="来源")),
                ("summary", models.TextField(blank=True, max_length=300, verbose_name="摘要")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [("heading", 0), ("text", 1), ("picture", 5), ("file", 8), ("table", 9)],
                        blank=True,
                        block_lookup={
                            0: ("applications.sites.models.blocks.HeadingBlock", (), {}),
                            1: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "ol",
                                        "ul",
                                        "link",
                                        "document-link",
                                        "superscript",
                                        "subscript",
                                    ],
                                    "label": "正文",
                                },
                            ),
                            2: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "图片"}),
                            3: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "替代文字（读屏软件朗读）", "max_length": 200},
                            ),
                            4: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "图注", "max_length": 200, "required": False},
                            ),
                            5: ("wagtail.blocks.StructBlock", [[("image", 2), ("words", 3), ("caption", 4)]], {}),
                            6: ("wagtail.documents.blocks.DocumentChooserBlock", (), {"label": "文件"}),
                            7: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "说明", "max_length": 200, "required": False},
                            ),
                            8: ("wagtail.blocks.StructBlock", [[("file", 6), ("about", 7)]], {}),
                            9: ("applications.sites.models.blocks.CountyTable", (), {"label": "表格"}),
                        },
                        verbose_name="内容",
                    ),
                ),
                ("column_kind", models.CharField(db_index=True, default="other", editable=False, max_length=20)),
            ],
            options={
                "verbose_name": "文章",
                "indexes": [models.Index(fields=["column_kind", "-dated"], name="county_site_column__bcc174_idx")],
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=45)),
                ("what", models.CharField(max_length=60)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                "indexes": [models.Index(fields=["address", "what", "at"], name="county_site_address_c5d4de_idx")],
            },
        ),
        migrations.CreateModel(
            name="FormField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "clean_name",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Safe name of the form field, the label converted to ascii_snake_case",
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                (
                    "label",
                    models.CharField(help_text="The label of the form field", max_length=255, verbose_name="label"),
                ),
                (
                    "field_type",
                    models.CharField(
                        choices=[
                            ("singleline", "Single line text"),
                            ("multiline", "Multi-line text"),
                            ("email", "Email"),
                            ("number", "Number"),
                            ("url", "URL"),
                            ("checkbox", "Checkbox"),
                            ("checkboxes", "Checkboxes"),
                            ("dropdown", "Drop down"),
                            ("multiselect", "Multiple select"),
                            ("radio", "Radio buttons"),
                            ("date", "Date"),
                            ("datetime", "Date/time"),
                            ("hidden", "Hidden field"),
                        ],
                        max_length=16,
                        verbose_name="field type",
                    ),
                ),
                ("required", models.BooleanField(default=True, verbose_name="required")),
                (
                    "choices",
                    models.TextField(
                        blank=True,
                        help_text="Comma or new line separated list of choices. Only applicable in checkboxes, radio and dropdown.",
                        verbose_name="choices",
                    ),
                ),
                (
                    "default_value",
                    models.TextField(
                        blank=True,
                        help_text="Default value. Comma or new line separated values supported for checkboxes.",
                        verbose_name="default value",
                    ),
                ),
                ("help_text", models.CharField(blank=True, max_length=255, verbose_name="help text")),
                (
                    "page",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="form_fields",
                        to="county_sites.formpage",
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("live", models.BooleanField(default=True, editable=False, verbose_name="live")),
                (
                    "has_unpublished_changes",
                    models.BooleanField(default=False, editable=False, verbose_name="has unpublished changes"),
                ),
                (
                    "first_published_at",
                    models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="first published at"),
                ),
                (
                    "last_published_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last published at"),
                ),
                ("go_live_at", models.DateTimeField(blank=True, null=True, verbose_name="go live date/time")),
                ("expire_at", models.DateTimeField(blank=True, null=True, verbose_name="expiry date/time")),
                ("expired", models.BooleanField(default=False, editable=False, verbose_name="expired")),
                ("locked", models.BooleanField(default=False, editable=False, verbose_name="locked")),
                ("locked_at", models.DateTimeField(editable=False, null=True, verbose_name="locked at")),
                ("unit_code", models.CharField(db_index=True, max_length=40, verbose_name="单位")),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="编号")),
                ("code", models.CharField(max_length=8)),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("contact", models.CharField(max_length=80, verbose_name="联系方式")),
                ("subject", models.CharField(max_length=80, verbose_name="主题")),
                ("question", models.TextField(max_length=3000, verbose_name="内容")),
                ("wants_public", models.BooleanField(default=False, verbose_name="来信人同意公开")),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="收到时间")),
                ("answer", models.TextField(blank=True, max_length=5000, verbose_name="答复")),
                ("show_all", models.BooleanField(default=False, verbose_name="公开来信和答复")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                (
                    "latest_revision",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.revision",
                        verbose_name="latest revision",
                    ),
                ),
                (
                    "live_revision",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.revision",
                        verbose_name="live revision",
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="locked_%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="locked by",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="county_sites.mailboxpage",
                    ),
                ),
            ],
            options={
                "verbose_name": "信件",
                "verbose_name_plural": "领导信箱来信",
                "ordering": ["-received_at"],
            },
            bases=(applications.sites.review.Gated, models.Model),
        ),
        migrations.CreateModel(
            name="SurveyField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "clean_name",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Safe name of the form field, the label converted to ascii_snake_case",
                        max_length=255,
                        verbose_name="name",
                    ),
                ),
                (
                    "label",
                    models.CharField(help_text="The label of the form field", max_length=255, verbose_name="label"),
                ),
                ("required", models.BooleanField(default=True, verbose_name="required")),
                (
                    "choices",
                    models.TextField(
                        blank=True,
                        help_text="Comma or new line separated list of choices. Only applicable in checkboxes, radio and dropdown.",
                        verbose_name="choices",
                    ),
                ),
                (
                    "default_value",
                    models.TextField(
                        blank=True,
                        help_text="Default value. Comma or new line separated values supported for checkboxes.",
                        verbose_name="default value",
                    ),
                ),
                ("help_text", models.CharField(blank=True, max_length=255, verbose_name="help text")),
                (
                    "field_type",
                    models.CharField(
                        choices=[
                            ("singleline", "Single line text"),
                            ("multiline", "Multi-line text"),
                            ("checkbox", "Checkbox"),
                            ("checkboxes", "Checkboxes"),
                            ("dropdown", "Drop down"),
                            ("multiselect", "Multiple select"),
                            ("radio", "Radio buttons"),
                        ],
                        max_length=16,
                        verbose_name="类型",
                    ),
                ),
                (
                    "page",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="form_fields",
                        to="county_sites.surveypage",
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TopicPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("summary", models.TextField(blank=True, max_length=500, verbose_name="导语")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [("heading", 0), ("text", 1), ("picture", 5), ("file", 8), ("table", 9), ("chosen", 13)],
                        blank=True,
                        block_lookup={
                            0: ("applications.sites.models.blocks.HeadingBlock", (), {}),
                            1: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "ol",
                                        "ul",
                                        "link",
                                        "document-link",
                                        "superscript",
                                        "subscript",
                                    ],
                                    "label": "正文",
                                },
                            ),
                            2: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "图片"}),
                            3: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "替代文字（读屏软件朗读）", "max_length": 200},
                            ),
                            4: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "图注", "max_length": 200, "required": False},
                            ),
                            5: ("wagtail.blocks.StructBlock", [[("image", 2), ("words", 3), ("caption", 4)]], {}),
                            6: ("wagtail.documents.blocks.DocumentChooserBlock", (), {"label": "文件"}),
                            7: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "说明", "max_length": 200, "required": False},
                            ),
                            8: ("wagtail.blocks.StructBlock", [[("file", 6), ("about", 7)]], {}),
                            9: ("applications.sites.models.blocks.CountyTable", (), {"label": "表格"}),
                            10: ("wagtail.blocks.CharBlock", (), {"label": "小标题", "max_length": 40}),
                            11: ("wagtail.blocks.PageChooserBlock", (), {}),
                            12: ("wagtail.blocks.ListBlock", (11,), {"label": "页面"}),
                            13: ("wagtail.blocks.StructBlock", [[("heading", 10), ("pages", 12)]], {}),
                        },
                        verbose_name="内容",
                    ),
                ),
                (
                    "banner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailimages.image",
                        verbose_name="横幅（装饰）",
                    ),
                ),
            ],
            options={
                "verbose_name": "专题",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="VideoPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("dated", models.DateField(default=django.utils.timezone.localdate, verbose_name="日期")),
                ("summary", models.TextField(blank=True, max_length=300, verbose_name="摘要")),
                ("transcript", wagtail.fields.RichTextField(verbose_name="文字稿")),
                (
                    "captions",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtaildocs.document",
                        verbose_name="字幕（vtt）",
                    ),
                ),
                (
                    "poster",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailimages.image",
                        verbose_name="封面",
                    ),
                ),
                (
                    "video",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wagtaildocs.document",
                        verbose_name="视频文件（mp4、webm）",
                    ),
                ),
            ],
            options={
                "verbose_name": "视频",
            },
            bases=(applications.sites.review.Gated, "wagtailcore.page"),
        ),
    ]
