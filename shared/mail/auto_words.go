package mail

// awaySubjects start the subject of an absence note, in the words that mail programs put there.
var awaySubjects = []string{
	"out of office", "out of the office", "out-of-office", "ooo:", "away from my mail", "vacation", "on vacation", "away until", "on leave", "abwesenheit", "abwesend", "außer haus", "nicht im büro", "absence du bureau", "absent", "absence", "en congé",
	"fuera de la oficina", "fuera de oficina", "ausencia", "ausente", "fuori sede", "fuori ufficio", "assenza", "assente", "fora do escritório", "ausência", "afwezig", "niet op kantoor", "poza biurem", "nieobecność", "frånvaro", "ej på kontoret",
	"fravær", "ikke til stede", "ikke på kontoret", "poissa", "nepřítomnost", "mimo kancelář", "neprítomnosť", "вне офиса", "отсутствие", "нет на месте", "поза офісом", "ofis dışında", "işyeri dışında", "házon kívül", "εκτός γραφείου", "不在", "休暇", "外出", "不在办公室", "부재",
}

// replySubjects start the subject of any automatic reply.
var replySubjects = []string{
	"automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "automated reply", "automated response", "automatic response", "auto:", "autosvar", "autorespond", "automatische antwort", "automatische rückantwort", "automatische e-mail",
	"réponse automatique", "reponse automatique", "respuesta automática", "respuesta automatica", "risposta automatica", "resposta automática", "resposta automatica", "automatisch antwoord", "automatische beantwoording", "automatisch bericht", "odpowiedź automatyczna", "automatyczna odpowiedź",
	"automatiskt svar", "automatisk svar", "automatisk besvarelse", "automaattinen vastaus", "automatická odpověď", "automatická odpoveď", "автоответ", "автоматический ответ", "автоматична відповідь", "автоматичен отговор", "otomatik yanıt", "otomatik cevap", "automatikus válasz",
	"răspuns automat", "αυτόματη απάντηση", "automatski odgovor", "samodejni odgovor", "resposta automàtica", "自動返信", "自動応答", "自动回复", "自動回覆", "自動回復", "자동 회신", "자동 응답", "자동회신", "trả lời tự động", "ตอบกลับอัตโนมัติ", "balasan otomatis", "תשובה אוטומטית", "الرد التلقائي", "رد تلقائي",
}

// awayPhrases tell of an absence.
var awayPhrases = []string{
	"out of the office", "out of office", "i am away", "i'm away", "i am currently away", "i am on vacation", "i'm on vacation", "i am on leave", "on annual leave", "on maternity leave", "on parental leave", "i am on holiday", "limited access to email", "limited access to my email", "limited access to e-mail", "intermittent access to email", "upon my return", "when i return", "i will be traveling", "i will be travelling", "i will be out",
	"nicht im büro", "außer haus", "abwesend", "bin ab dem", "wieder erreichbar", "im urlaub", "absent du bureau", "absente du bureau", "actuellement absent", "en congés", "de retour le", "fuera de la oficina", "estoy de vacaciones", "estaré de vuelta", "fuori ufficio", "in ferie", "sarò assente", "fora do escritório", "estou de férias", "estarei ausente",
	"afwezig", "niet op kantoor", "met vakantie", "poza biurem", "na urlopie", "jestem nieobecn", "på semester", "inte på kontoret", "på ferie", "ikke på kontoret", "lomalla", "poissa toimistolta", "mimo kancelář", "na dovolené", "в отпуске", "отсутствую", "у відпустці", "ofis dışında", "izindeyim", "szabadságon", "în concediu",
	"不在にして", "休暇を", "休假", "不在办公室", "不在辦公室", "휴가 중", "부재중",
}

// challengePhrases: a text that asks for confirmation has words of each group.
var challengePhrases = [][]string{
	{"your message", "your email", "your e-mail", "your mail", "ihre nachricht", "ihre e-mail", "votre message", "su mensaje"},
	{"click", "visit", "follow the link", "following link", "klicken", "cliquez", "haga clic"},
	{"guest list", "allowed list", "allowed\nlist", "approved list", "approved senders", "approved sender", "white list", "whitelist", "known senders", "confirm that you are", "verify that you are", "prove that you are", "you are a human", "you are human", "not a spammer", "pre-approved", "waitlisted", "challenge-response", "confirm your email to deliver", "sender verification", "confirm this mail server", "absender bestätigen"},
}
