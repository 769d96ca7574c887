"""What is put onto a unit's site to try its modules: scripts for `people.written`, and a film."""

FILM = """async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 64 });
  const pen = canvas.getContext('2d');
  const draw = () => { pen.fillStyle = `hsl(${Date.now() % 360} 80% 50%)`; pen.fillRect(0, 0, 64, 64); };
  const drawing = setInterval(draw, 40);
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' });
  const parts = [];
  recorder.ondataavailable = event => parts.push(event.data);
  const done = new Promise(resolve => { recorder.onstop = resolve; });
  recorder.start();
  setTimeout(() => recorder.stop(), 1500);
  await done;
  clearInterval(drawing);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}"""
"""a film of a second and a half, made by the browser itself"""
SENT = """
from wagtail.contrib.forms.models import FormSubmission
data = [one.form_data for one in FormSubmission.objects.filter(page__url_path__endswith='/u003/application/')]
print(json.dumps([json.loads(one) if isinstance(one, str) else one for one in data]))
"""
SURVEY = """
page = SurveyPage.objects.get(url_path__endswith='/u003/survey/')
page.form_fields = [SurveyField(label='您对办事大厅满意吗', field_type='radio', required=True, sort_order=0,
                                choices='满意' + chr(10) + '一般' + chr(10) + '不满意')]
online(page)
"""
MODULES = """
home = UnitPage.objects.get(code='u003')
below = lambda slug: home.get_children().get(slug=slug).specific
page = below('download')
page.files = [('file', {'file': document('减免申请表', 'form.txt', b'form'), 'about': ''})]
online(page)
topic = TopicPage(title='节水一周', slug='week', summary='从一滴水做起', live=False)
below('topics').add_child(instance=topic)
online(topic)
page = below('links')
page.groups = [('group', {'heading': '上级', 'links': [{'name': '水利厅', 'url': 'https://slt.example.gov.cn/'}]})]
online(page)
with open('/tmp/film.webm', 'rb') as film:
    film = document('片子', 'film.webm', film.read())
words = document('字幕', 'film.vtt', b'WEBVTT\\n\\n00:00.000 --> 00:01.000\\nwater\\n')
video = VideoPage(title='节水短片', slug='film', video=film, captions=words, transcript='<p>旁白</p>', live=False)
below('video').add_child(instance=video)
online(video)
print(VideoPage.objects.get(pk=video.pk).url)
"""

WRONG = """
home = UnitPage.objects.get(code='u003')
guide = home.get_children().get(slug='guide').specific
guide.every_days = 30
online(guide)
away = '<p><a href="/u003/gone/">leads nowhere</a></p>'
long_ago = datetime.date(2020, 1, 1)
article = ArticlePage(title='取水许可', slug='permit', dated=long_ago, body=[('text', away)], live=False)
guide.add_child(instance=article)
online(article)
"""
TITLE = "农村饮水安全巡查"
SUMMARY = "本周巡查了全县的村级水站"
ARTICLE = f"""
news = UnitPage.objects.get(code='u003').get_children().get(slug='news').specific
if not news.get_children().filter(slug='patrol').exists():
    article = ArticlePage(title='{TITLE}', slug='patrol', summary='{SUMMARY}', dated=datetime.date.today(), live=False)
    news.add_child(instance=article)
    online(article)
print(ArticlePage.objects.get(slug='patrol').url)
"""
"""an article in a unit's news, approved"""
