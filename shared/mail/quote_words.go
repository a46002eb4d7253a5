package mail

import (
	"strings"
	"sync"
)

// The words of mail clients, lower case. Every table is general: a language has what its editions of Gmail, Outlook, Apple
// Mail, Thunderbird, Yahoo and phone clients print. Sets are made on first use: the start of a function stays fast.

func wordSet(lists ...string) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for _, w := range strings.Split(list, "|") {
			if w = strings.TrimSpace(w); w != "" {
				set[w] = true
			}
		}
	}
	return set
}

// attributionVerbs: who "wrote".
var attributionVerbs = []string{
	"wrote", "writes", "schrieb", "geschrieben", "schreibt", "a écrit", "a ecrit", "écrit", "écrivait", "escribió", "escribio", "escribi=f3",
	"ha scritto", "scrive", "scriveva", "ha escrit", "va escriure", "escreveu", "escribiu", "schreef", "geschreven", "het volgende", "napisał(a)",
	"napisał", "napisała", "pisze", "napisano", "napisana przez", "skrev", "skrev følgende", "skreiv", "kirjoitti", "skrifaði", "написал(а)", "написал", "написала",
	"написав", "написав(ла)", "написала", "пишет", "пише", "писал", "писал(а)", "написа", "napsal(a)", "napsal", "napsala", "napísal(a)",
	"napísal", "napísala", "je napisao", "je napisala", "je napisao/la", "napisao je", "napisala je", "napisao/la je", "је написао", "је написала", "missatge de", "piše", "je napisal", "je napisala", "yazdı", "yazmış", "şunları yazdı",
	"şunu yazdı", "ezt írta", "írta", "a scris", "έγραψε", "đã viết", "menulis", "เขียนว่า", "เขียน", "rakstīja", "rašė", "parašė", "kirjutas",
	"כתב", "כתבה", "כתב/ה", "كتب", "نوشت", "さんは書きました", "書きました", "のメール", "wrote", "写道", "寫道", "写到", "写于", "님이 작성", "작성", "님이 쓴 글", "schreiw",
	"のメッセージ", "تمت كتابة ما يلي بواسطة", "skribis", "idatzi zuen", "yozgan", "nag-sulat", "sinulat ni", "aliandika", "het geskryf",
}

// leadWords may start an attribution: the word before a date, and weekdays.
var leadWords = sync.OnceValue(func() map[string]bool {
	return wordSet(
		"on|at|am|um|le|el|il|lo|em|no|às|as|missatge|wiadomość|op|a|à|w|dnia|den|d|på|pe|pn|ti|v|ve|dne|dňa|u|в|у|на|от|le|στις|στο|la|în|in|vào|ngày|pada|op|kedy|az|dana|fecha|en|data|date|datum",
		"mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
		"mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag",
		"lun|mar|mer|jeu|ven|sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|mié|jue|vie|sáb|dom|lunes|martes|miércoles|jueves|viernes|sábado|domingo",
		"gio|sab|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|seg|ter|qua|qui|sex|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|segunda|terça|quarta|quinta|sexta",
		"ma|wo|vr|za|zo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|man|tir|ons|tor|tors|fre|lør|søn|mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag",
		"mån|tis|lör|sön|måndag|tisdag|lördag|söndag|ke|to|pe|la|su|maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai",
		"pon|wt|śr|czw|pt|sob|ndz|niedz|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|po|út|st|čt|pá|so|ne|ut|št|pi",
		"пн|вт|ср|чт|пт|сб|вс|нд|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|понеділок|вівторок|середа|четвер|п'ятниця|субота|неділя",
		"pzt|sal|çar|per|cum|cmt|paz|pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar|mie|joi|vin|sâm|dum|luni|marți|miercuri|joi|vineri|δευ|τρί|τετ|πέμ|παρ|σάβ|κυρ",
		"بتاريخ|في|בתאריך|ב-|ในวันที่|เมื่อ|vào|於|在|于")
})

// headerLabels maps the labels of a quoted header to their kinds.
var headerLabels = sync.OnceValue(func() map[string]int {
	labels := map[string]int{}
	for kind, list := range map[int]string{
		labelFrom: "from|von|de|de la|da|van|od|fra|från|lähettäjä|feladó|от|от кого|від|від кого|kimden|gönderen|από|מאת|من|差出人|送信者|送信元|发件人|發件人|寄件者|寄件人|" +
			"보낸 사람|보낸사람|발신자|từ|người gửi|จาก|dari|saatja|nuo|frá|expéditeur|expediteur|remitente|remetente|mittente|absender|afzender|nadawca|avsändare|avsender|afsender|odesílatel|odosielateľ|отправитель|pošiljatelj|šalje|dari|mitt",
		labelDate: "sent|date|gesendet|datum|gesendet am|envoyé|envoye|envoyé le|message du|date d'envoi|enviado|enviado el|enviado em|enviada em|enviada|enviado a|fecha|fecha de envío|data|inviato|inviato il|data invio|verzonden|verzonden op|" +
			"wysłano|wysłane|skickat|skickades|datum och tid|sendt|dato|lähetetty|päivä|päiväys|päivämäärä|pvm|odesláno|odoslané|dátum|elküldve|küldve|отправлено|дата|надіслано|відправлено|изпратено|gönderildi|gönderim tarihi|gönderme tarihi|tarih|" +
			"στάλθηκε|ημερομηνία|נשלח|תאריך|أرسلت|تم الإرسال|تاريخ|التاريخ|送信日時|日付|日時|发送时间|發送時間|日期|寄件日期|发送日期|發送日期|时间|보낸 날짜|보낸날짜|날짜|보낸 시간|보낸시간|đã gửi|ngày|ngày gửi|ส่ง|ส่งเมื่อ|วันที่|dikirim|tanggal|trimis|trimisă|dată|" +
			"saadetud|kuupäev|nosūtīts|datums|išsiųsta|poslano|poslato|enviat|sendt den|sent at|date sent|sent on|received|skickat den",
		labelTo:      "to|an|à|a|para|per|aan|do|komu|till|til|vastaanottaja|címzett|кому|до|kime|alıcı|προς|אל|إلى|الى|宛先|送信先|收件人|收件者|받는 사람|받는사람|수신자|tới|đến|người nhận|ถึง|kepada|ke|către|adressaat|kellele|kam|za|prima|per a|destinataire|destinatario|destinatário|empfänger|ontvanger|odbiorca|mottagare|modtager|mottaker|příjemce|príjemca|получатель",
		labelSubject: "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat|ämne|emne|aihe|předmět|predmet|tárgy|тема|относно|konu|θέμα|נושא|الموضوع|موضوع|件名|主题|主題|主旨|標題|标题|제목|chủ đề|tiêu đề|เรื่อง|หัวเรื่อง|perihal|subjek|hal|subiect|teema|temats|assumpte|tema|zadeva|naslov|efni|re",
		labelOther: "cc|bcc|ccn|cci|kopie|copie|copie à|copia|cópia|kopia|kopi|kopio|kópia|копия|копія|bilgi|κοιν.|κοινοποίηση|עותק|نسخة|ＣＣ|抄送|副本|参照|참조|đồng kính gửi|สำเนา|tembusan|dw|udw|másolatot kap|másolat|reply-to|reply to|antwort an|antworten an|répondre à|responder a|risposta|rispondi a|beantwoorden|" +
			"odpowiedz do|svar till|svar til|svara till|vastausosoite|importance|wichtigkeit|priorität|importancia|priority|attachments|anlagen|anhang|pièces jointes|adjuntos|allegati|bijlagen|załączniki|bilagor|sensitivity|organization|organisation|mailing list|list|mailed-by|signed-by|resent-from|in reply to|via|thread-topic|topic|categories|kategorien|return-path|odpověď komu|ответить|вложения",
	} {
		for w := range wordSet(list) {
			if _, taken := labels[w]; !taken || kind < labels[w] {
				labels[w] = kind
			}
		}
	}
	return labels
})

// separators stand between dashes, or alone with a colon, above an older message.
var separators = sync.OnceValue(func() map[string]bool {
	return wordSet(
		"original message|original mail|original email|original e-mail|original appointment|reply message|antwort nachricht|replied message|forwarded message|forwarded mail|forwarded email|forwarded by|begin forwarded message|begin original message|end forwarded message|original text|message original|mensaje original|missatge original|forwarded",
		"ursprüngliche nachricht|ursprüngliche e-mail|ursprüngliche mail|originalnachricht|original-nachricht|originaltext|original nachricht|urspruengliche nachricht|weitergeleitete nachricht|weitergeleitete e-mail|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|ursprünglicher termin|weiterleitung",
		"message d'origine|message d’origine|message original|message initial|courriel original|e-mail d'origine|mail original|message transféré|message transferé|message réexpédié|début du message réexpédié|début du message transféré|début du message renvoyé|courriel transféré",
		"mensaje original|mensaje reenviado|inicio del mensaje reenviado|correo original|inicio del mensaje original|mensaje anterior",
		"messaggio originale|messaggio inoltrato|inizio messaggio inoltrato|inizio del messaggio inoltrato|messaggio originario|messaggio inviato|mail originale",
		"mensagem original|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada|mensagem anterior|e-mail original|início de mensagem encaminhada",
		"oorspronkelijk bericht|origineel bericht|originele bericht|oorspronkelijke e-mail|doorgestuurd bericht|begin doorgestuurd bericht|doorgestuurde bericht|doorgestuurde e-mail",
		"wiadomość oryginalna|oryginalna wiadomość|wiadomość pierwotna|treść oryginalnej wiadomości|przekazana wiadomość|przesłana dalej wiadomość|wiadomość przekazana|początek przekazywanej wiadomości|początek przekazanej wiadomości|treść przekazanej wiadomości|wiadomość przesłana dalej|wiadomość przekazana dalej",
		"ursprungligt meddelande|originalmeddelande|ursprungligt mail|vidarebefordrat meddelande|vidarebefordrat brev|vidarebefordrat mejl|vidarebefordrat mail|börja vidarebefordrat meddelande",
		"oprindelig meddelelse|original meddelelse|oprindelig besked|original besked|oprindelig mail|videresendt meddelelse|videresendt besked|start på videresendt besked|videresendt e-mail|videresendt mail|start på videresendt meddelelse",
		"opprinnelig melding|original melding|opprinnelig e-post|videresendt melding|start på videresendt melding|videresendt e-post|begynnelse på videresendt melding|videresendt beskjed",
		"alkuperäinen viesti|välitetty viesti|alkuperäinen sähköposti|välitetty viesti alkaa|alkaa välitetty viesti|edelleenlähetetty viesti|edelleenlähetetty sähköposti|lähetetty viesti",
		"původní zpráva|původní e-mail|původní email|původní mail|přeposlaná zpráva|začátek přeposlané zprávy|předávaná zpráva|přeposlaný e-mail|pôvodná správa|preposlaná správa|začiatok preposlanej správy|prvotná správa|začátek přesměrované zprávy",
		"eredeti üzenet|eredeti e-mail|továbbított üzenet|továbbított levél|eredeti levél|mesaj original|mesajul original|mesajul inițial|mesaj redirecționat|mesaj redirecționat începe|începe mesajul redirecționat",
		"исходное сообщение|оригинальное сообщение|исходное письмо|первоначальное сообщение|пересылаемое сообщение|пересланное сообщение|пересланное письмо|начало переадресованного сообщения|начало пересылаемого сообщения|пересылаемое письмо|конец пересылаемого сообщения",
		"вихідне повідомлення|оригінальне повідомлення|початкове повідомлення|переслане повідомлення|початок листа, що пересилається|пересилаємо повідомлення|оригинално съобщение|първоначално съобщение|препратено съобщение",
		"orijinal mesaj|özgün ileti|orijinal ileti|orjinal mesaj|asıl ileti|yönlendirilen ileti|iletilen mesaj|iletilen ileti|iletilmiş ileti başlangıcı|iletilen ileti başlangıcı|yönlendirilmiş mesaj",
		"αρχικό μήνυμα|προωθημένο μήνυμα|αρχή προωθημένου μηνύματος|הודעה מקורית|הודעה שהועברה|הודעה מועברת|الرسالة الأصلية|رسالة أصلية|رسالة معاد توجيهها|رسالة محولة|پیام اصلی|پیام هدایت‌شده",
		"元のメッセージ|元のメール|オリジナルメッセージ|original message|転送メッセージ|転送されたメッセージ|転送されたメール|原文|以下、転送されたメール",
		"原始邮件|原邮件|邮件原件|原始信息|原始消息|转发邮件信息|转发的邮件|转发邮件|转发消息|回复的原邮件|以下是转发的邮件|以下是轉寄的郵件|開始轉寄郵件|原始郵件|原始訊息|原始信件|轉寄郵件|轉寄的郵件|轉寄訊息|轉寄信件|已转发邮件|已轉寄郵件|开始转发邮件",
		"원본 메시지|원본 메일|원본메세지|원본 메세지|원본 이메일|전달된 메시지|전달된 메일|전달된 메시지 시작|전달된 편지|tin nhắn gốc|thư gốc|thư gốc từ|thư đã chuyển tiếp|thư được chuyển tiếp|tin nhắn đã chuyển tiếp|chuyển tiếp thư|ข้อความต้นฉบับ|ข้อความที่ส่งต่อ|pesan asli|pesan terusan|pesan yang diteruskan|mulai pesan yang diteruskan",
		"izvorna poruka|originalna poruka|proslijeđena poruka|prosleđena poruka|izvorno sporočilo|posredovano sporočilo|originalus laiškas|persiųstas laiškas|pradinis pranešimas|sākotnējā ziņa|pārsūtīta ziņa|pārsūtītā vēstule|algne kiri|edastatud kiri|algsõnum|missatge reenviat|upprunaleg skilaboð|áframsend skilaboð")
})

// sentPrefixes start a line that a phone adds. mine: the possessive is said, so that what follows is a thing.
var sentPrefixes = []struct {
	text string
	mine bool
}{
	{"sent from my", true}, {"sent on my", true}, {"sent via my", true}, {"sent with my", true}, {"sent using my", true}, {"sent by my", true},
	{"from my", false}, {"sent from", false}, {"sent via", false}, {"sent with", false}, {"sent by", false}, {"sent using", false}, {"sent on", false},
	{"sent through", false}, {"written on my", false}, {"typed on my", false}, {"composed on my", false}, {"get outlook for", false}, {"get bluemail for", false},
	{"envoyé de mon", true}, {"envoyé depuis mon", true}, {"envoyé à partir de mon", true}, {"envoyé de", false}, {"envoyé depuis", false},
	{"envoyé à partir de", false}, {"envoyé à partir d", false}, {"envoyé avec", false}, {"envoyé par", false}, {"envoyé via", false}, {"envoyé d", false},
	{"envoye de mon", true}, {"téléchargez outlook", false}, {"télécharger outlook", false}, {"obtenez outlook", false}, {"obtenir outlook", false}, {"provenance : courrier", false},
	{"gesendet von meinem", true}, {"gesendet von meiner", true}, {"gesendet von", false}, {"gesendet mit", false}, {"gesendet über", false},
	{"gesendet aus", false}, {"gesendet vom", false}, {"versendet von", false}, {"versendet mit", false}, {"verschickt von", false}, {"verschickt mit", false},
	{"diese nachricht wurde von", false}, {"diese e-mail wurde von", false}, {"diese mail wurde von", false}, {"holen sie sich outlook", false}, {"hol dir outlook", false},
	{"enviado desde mi", true}, {"enviado desde", false}, {"enviado de mi", true}, {"enviado do meu", true}, {"enviado a partir do meu", true}, {"enviado a partir", false}, {"enviada do meu", true},
	{"enviado de", false}, {"enviado do", false}, {"enviado con", false}, {"enviado com", false}, {"enviado via", false}, {"enviado pelo", false}, {"enviado por", false}, {"enviado mediante", false},
	{"obtener outlook", false}, {"obtén outlook", false}, {"descarga outlook", false}, {"obter o outlook", false}, {"obter outlook", false}, {"baixe o outlook", false}, {"enviat des", false}, {"enviat amb", false},
	{"inviato dal mio", true}, {"inviato da mio", true}, {"inviata dal mio", true}, {"inviato da", false}, {"inviato dal", false}, {"inviato con", false}, {"inviato tramite", false}, {"inviato via", false}, {"scarica outlook", false}, {"ottieni outlook", false},
	{"verzonden vanaf mijn", true}, {"verstuurd vanaf mijn", true}, {"verzonden vanaf", false}, {"verstuurd vanaf", false}, {"verzonden via", false}, {"verstuurd via", false}, {"verzonden met", false}, {"verstuurd met", false}, {"verzonden van", false},
	{"verzonden vanuit", false}, {"verstuurd vanuit", false}, {"download outlook", false}, {"wysłane z mojego", true}, {"wysłano z mojego", true}, {"wysłane z", false}, {"wysłano z", false}, {"wysłane przez", false}, {"wiadomość wysłana z", false},
	{"pobierz outlook", false}, {"pobierz aplikację outlook", false}, {"skickat från min", true}, {"skickades från min", true}, {"skickat från", false}, {"skickades från", false}, {"skickat med", false}, {"skickat via", false}, {"hämta outlook", false}, {"skaffa outlook", false},
	{"sendt fra min", true}, {"sendt fra mit", true}, {"sendt fra", false}, {"sendt med", false}, {"sendt via", false}, {"hent outlook", false}, {"få outlook", false}, {"skaff deg outlook", false}, {"last ned outlook", false},
	{"lähetetty", false}, {"hanki outlook", false}, {"odesláno z", false}, {"odesláno ze", false}, {"odoslané z", false}, {"odoslané zo", false}, {"odesláno pomocí", false}, {"získat outlook", false}, {"získajte outlook", false}, {"poslano z", false}, {"poslano iz", false}, {"poslano sa", false}, {"poslato sa", false}, {"poslato iz", false},
	{"отправлено с моего", true}, {"отправлено с", false}, {"отправлено из", false}, {"отправлено через", false}, {"получить outlook", false}, {"скачать outlook", false}, {"надіслано з", false}, {"надіслано за допомогою", false}, {"відправлено з", false}, {"послано з", false}, {"изпратено от", false}, {"завантажити outlook", false},
	{"στάλθηκε από", false}, {"εστάλη από", false}, {"απεσταλμένο από", false}, {"λήψη του outlook", false}, {"trimis de pe", false}, {"trimis din", false}, {"obțineți outlook", false}, {"elküldve", false}, {"küldve", false}, {"elküldve az", false},
	{"נשלח מה", false}, {"נשלח מ", false}, {"أرسلت من", false}, {"أُرسلت من", false}, {"تم الإرسال من", false}, {"مرسل من", false}, {"đã gửi từ", false}, {"được gửi từ", false}, {"gửi từ", false}, {"ส่งจาก", false}, {"dikirim dari", false}, {"terkirim dari", false}, {"saadetud minu", false}, {"nosūtīts no", false}, {"išsiųsta iš", false},
	{"发自我的", true}, {"發自我的", true}, {"寄自我的", true}, {"发自", false}, {"發自", false}, {"发送自", false}, {"傳送自", false}, {"获取 outlook", false}, {"取得 outlook", false}, {"下載適用於 ios 的 outlook", false},
	{"odesláno", false}, {"enviado", false},
}

// sentSuffixes end such a line in languages that put the device first; the rest must name one.
var sentSuffixes = []string{
	"gesendet", "verschickt", "versendet", "beziehen", "herunterladen", "gönderildi", "gönderilmiştir", "edinin", "から送信", "より送信", "から送信されました", "を入手", "传送", "傳送", "发送", "發送", "寄出",
	"에서 보냄", "에서 발송", "에서 보낸 메일", "에서 전송함", "로 보냄", "downloaden", "verzonden", "lähetetty", "küldve", "elküldve",
}

// devices are what "sent from" may name, as words.
var devices = sync.OnceValue(func() map[string]bool {
	return wordSet(
		"iphone|ipad|ipod|imac|macbook|mac|ios|android|phone|smartphone|mobile|mobil|mobilephone|handy|mobilgerät|mobiltelefon|cell|cellphone|device|tablet|blackberry|samsung|galaxy|huawei|xiaomi|redmi|nokia|htc|motorola|moto|pixel|oneplus|oppo|realme|honor|sony|xperia|wiko|lg|lumia|alcatel|lenovo|asus|nexus|treo|palm|pda",
		"windows|outlook|gmail|mail|mailbox|airmail|spark|k-9|bluemail|aquamail|nine|protonmail|proton|tutanota|tuta|thunderbird|newton|edison|boxer|posteo|gmx|web.de|freenet|yahoo|ymail|aol|hotmail|myMail|mymail|mail.ru|yandex|icloud|zimbra|zoho|fairemail|canary|superhuman|webmail|roundcube|typeapp|touchdown|fastmail|verizon|vodafone|t-mobile|telekom|orange|sfr|sosh|laposte|wanadoo|tim|o2|wechat|qq|foxmail",
		"smartphone|téléphone|telephone|portable|tablette|móvil|celular|teléfono|telemóvel|dispositivo|telefono|cellulare|telefoon|mobiel|mobieltje|mobiele|toestel|apparaat|telefonu|telefon|telefonen|komórki|smartfona|smartfon|tabletu|urządzenia|mobilen|mobilenhet|enhed|puhelimesta|puhelimestani|iphonesta|ipadista|androidista|android-puhelimesta|telefonu|zařízení|mobilu|mobilného|мобильного|мобільного|телефона|телефону|устройства|пристрою|айфона|iphone'umdan|ipad'imden|telefonumdan|cihazımdan|iphone-ról|iphone-omról|ipadről|iphonea|iphone-a|iphonu|ipadu|iphona|手机|手機|スマートフォン|携帯|휴대폰|스마트폰|邮箱|郵箱")
})

// closings are the formulas before a name at the end of a letter.
var closings = sync.OnceValue(func() map[string]bool {
	return wordSet(
		"regards|best regards|kind regards|kindest regards|warm regards|with kind regards|with best regards|best wishes|sincerely|sincerely yours|yours sincerely|yours faithfully|yours truly|respectfully|cordially|cheers|best|all the best|many thanks|thanks and regards|thanks & regards|thank you and regards|rgds|kr|br",
		"mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß|mit freundlichem gruss|freundliche grüße|freundliche grüsse|viele grüße|viele grüsse|beste grüße|beste grüsse|liebe grüße|schöne grüße|herzliche grüße|mfg|lg|vg|gruß|grüße|hochachtungsvoll|mit besten grüßen",
		"cordialement|bien cordialement|très cordialement|bien à vous|sincères salutations|meilleures salutations|salutations distinguées|respectueusement|cdt|cdlt",
		"saludos|un saludo|saludos cordiales|atentamente|cordialmente|atte|un cordial saludo|reciba un cordial saludo|cordiali saluti|distinti saluti|saluti|un saluto|cordialità|atenciosamente|cumprimentos|com os melhores cumprimentos|att|abraços|melhores cumprimentos",
		"met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|groeten|mvg|hoogachtend|z poważaniem|pozdrawiam|z wyrazami szacunku|med vänlig hälsning|vänliga hälsningar|med vänliga hälsningar|hälsningar|mvh|med venlig hilsen|venlig hilsen|de bedste hilsner|med vennlig hilsen|vennlig hilsen|hilsen|ystävällisin terveisin|terveisin",
		"s pozdravem|s pozdravom|с уважением|з повагою|с уважение|saygılarımla|saygılarımızla|iyi çalışmalar|üdvözlettel|tisztelettel|cu stimă|cu respect|lep pozdrav|s poštovanjem|με εκτίμηση|敬具|よろしくお願いいたします|此致|顺颂商祺|감사합니다")
})
