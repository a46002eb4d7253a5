package mail

// failurePhrases are the words of mail systems, lower case: a message was not delivered.
var failurePhrases = []string{
	"could not be delivered", "couldn't be delivered", "could not deliver", "was not delivered", "were not delivered", "cannot be delivered", "can not be delivered", "can't be delivered",
	"wasn't able to deliver", "unable to deliver", "not able to deliver", "undeliverable", "undelivered", "delivery failed", "delivery has failed", "delivery to the following", "delivery failure",
	"failed permanently", "permanent fatal error", "permanent error", "fatal error", "had delivery problems", "delivery problem", "did not reach the following", "not reach the following", "has not been delivered", "hasn't been delivered",
	"failed to deliver", "returned to sender", "returning to sender", "returned mail", "failure delivering", "error was encountered", "following address(es) failed", "following addresses failed", "failed addresses follow", "address failed",
	"trouble delivering", "message was rejected", "was rejected by", "were rejected by", "rejected recipient", "recipient rejected", "recipient address rejected", "rejected your message", "mail was rejected",
	"user unknown", "unknown user", "no such user", "unknown recipient", "unknown address", "invalid user", "user not found", "recipient not found", "no such recipient", "mailbox not found", "mailbox unavailable", "does not exist", "doesn't exist",
	"not listed in", "mailbox is full", "mailbox full", "quota exceeded", "over quota", "exceeds allowed size", "exceed mailbox quota", "host unknown", "unknown host", "domain not found", "name or service not known",
	"not accepting mail", "couldn't find any host", "sorry, no mailbox", "sorry, i couldn't", "sorry, i wasn't", "no valid recipients", "message could not be", "transcript of session follows", "failure reasons", "no message collected",
	"konnte nicht zugestellt", "nicht zugestellt werden", "wurde nicht zugestellt", "konnte die nachricht nicht", "zustellung fehlgeschlagen", "unzustellbar", "n'a pas pu être", "n'a pu être remis", "n'a pas été remis", "non remis", "échec de la remise",
	"no se pudo entregar", "no se ha podido entregar", "no pudo ser entregado", "no se entregó", "no fue entregado", "non è stato possibile consegnare", "impossibile recapitare", "mancata consegna", "non è stato consegnato", "não pôde ser entregue", "não foi possível entregar", "não foi entregue",
	"kon niet worden bezorgd", "kon niet worden afgeleverd", "niet worden bezorgd", "nie można dostarczyć", "nie może zostać dostarczona", "nie została dostarczona", "kunde inte levereras", "kunne ikke leveres", "kunne ikke afleveres", "ei voitu toimittaa",
	"nelze doručit", "nebyla doručena", "не было доставлено", "не может быть доставлено", "не доставлено", "невозможно доставить", "не удалось доставить", "teslim edilemedi", "iletilemedi", "nem kézbesíthető", "nu a putut fi livrat",
	"送信できませんでした", "配信できませんでした", "送信に失敗", "配信に失敗", "配送に失敗", "送信できません", "配送できません", "宛先不明", "退信", "无法送达", "無法傳遞", "无法投递", "未能送达", "發送失敗", "投递失败", "배달하지 못", "전송하지 못", "보낼 수 없", "배달되지 않",
}

// delayPhrases: not delivered yet.
var delayPhrases = []string{
	"will be retried", "has been delayed", "have been delayed", "delivery has been delayed", "been queued for", "will continue to be", "delivery is delayed", "this is a warning message only", "will keep trying", "still being retried", "temporarily delayed",
	"has not yet been delivered", "not been delivered to", "delivery attempts will continue", "wird weiterhin versucht", "verzögert", "retardée", "se ha retrasado",
}

// failureSubjects are what mail systems put in the subject.
var failureSubjects = []string{
	"undeliver", "delivery status notification", "delivery failure", "delivery notification", "delivery failed", "delivery has failed", "delivery problem", "delivery error", "delivery report", "failure notice", "failure notification", "returned mail", "mail delivery", "returning to sender",
	"returned to sender", "message delivery", "failed delivery", "mail failure", "mail error", "mail system error", "could not be delivered", "error sending your mail", "message status - undeliverable", "warning: message", "delayed mail", "non delivery", "non-delivery", "non remis", "bounced mail", "mail failed",
	"errors from", "delivery unsuccessful", "unzustellbar", "zustellung fehlgeschlagen", "zustellfehler", "nicht zugestellt", "échec de", "non distribu", "no se pudo entregar", "no se puede entregar", "no entregado", "error de entrega", "errore di consegna", "mancata consegna", "recapito non riuscito", "não entregue", "não foi possível", "onbestelbaar", "niet bestelbaar", "niewysłane", "niedostarczone",
	"oleverer", "inte levereras", "toimittamaton", "nedoručiteln", "недоставлен", "не доставлен", "iletilemedi", "エラー", "配信不能", "配信できません", "送信できません", "返送", "退信", "无法送达", "無法傳遞", "배달되지", "반송",
}

// statusWords give the code of RFC 3463 for what mail systems say in words, most telling first.
var statusWords = []struct{ words, status string }{
	{"mailbox is full", "5.2.2"}, {"mailbox full", "5.2.2"}, {"over quota", "5.2.2"}, {"overquota", "5.2.2"}, {"quota exceeded", "5.2.2"}, {"exceeded storage", "5.2.2"}, {"exceeds allowed size", "5.2.2"}, {"mailbox quota", "5.2.2"},
	{"out of storage", "5.2.2"}, {"insufficient disk", "5.2.2"}, {"exceeded the space", "5.2.2"}, {"exceeded his", "5.2.2"}, {"mailfolder is over", "5.2.2"}, {"full mailbox", "5.2.2"}, {"postfach ist voll", "5.2.2"}, {"boîte pleine", "5.2.2"}, {"メールボックスが一杯", "5.2.2"},
	{"recipient address rejected: access denied", "5.1.1"}, {"user unknown", "5.1.1"}, {"unknown user", "5.1.1"}, {"no such user", "5.1.1"}, {"no such recipient", "5.1.1"}, {"unknown recipient", "5.1.1"}, {"recipient unknown", "5.1.1"}, {"user not found", "5.1.1"}, {"recipient not found", "5.1.1"},
	{"does not exist", "5.1.1"}, {"doesn't exist", "5.1.1"}, {"no mailbox here", "5.1.1"}, {"invalid mailbox", "5.1.1"}, {"invalid recipient", "5.1.1"}, {"invalid user", "5.1.1"}, {"unknown local", "5.1.1"}, {"mailbox unavailable", "5.1.1"},
	{"mailbox not found", "5.1.1"}, {"no such mailbox", "5.1.1"}, {"not a valid mailbox", "5.1.1"}, {"not listed in", "5.1.1"}, {"not a valid recipient", "5.1.1"}, {"addressee unknown", "5.1.1"}, {"is not a known user", "5.1.1"}, {"no such address", "5.1.1"},
	{"doesn't have a yahoo", "5.1.1"}, {"unrouteable address", "5.1.1"}, {"not a registered", "5.1.1"}, {"recipient name is not recognized", "5.1.1"}, {"wasn't found at", "5.1.1"}, {"unbekannter empf", "5.1.1"}, {"no valid recipients", "5.1.1"}, {"user doesn't", "5.1.1"}, {"unknown address", "5.1.1"},
	{"disabled", "5.2.1"}, {"account is inactive", "5.2.1"}, {"inactive user", "5.2.1"}, {"has been suspended", "5.2.1"}, {"account suspended", "5.2.1"}, {"not accepting messages", "5.2.1"}, {"account that you tried to reach is over", "5.2.2"},
	{"host unknown", "5.1.2"}, {"unknown host", "5.1.2"}, {"host not found", "5.1.2"}, {"domain not found", "5.1.2"}, {"no such domain", "5.1.2"}, {"unable to look up host", "5.1.2"}, {"couldn't find any host", "5.1.2"}, {"name or service not known", "5.1.2"}, {"bad destination", "5.1.2"}, {"dns error", "5.1.2"},
	{"too large", "5.3.4"}, {"too big", "5.3.4"}, {"exceeds maximum", "5.3.4"}, {"size exceeds", "5.3.4"}, {"message size", "5.3.4"},
	{"relay access denied", "5.7.1"}, {"relaying denied", "5.7.1"}, {"not permitted to relay", "5.7.1"}, {"spam", "5.7.1"}, {"blacklist", "5.7.1"}, {"blocklist", "5.7.1"}, {"blocked", "5.7.1"}, {"policy", "5.7.1"}, {"access denied", "5.7.1"}, {"not accepting mail", "5.7.1"},
	{"not a member of this", "5.7.2"}, {"greylist", "4.7.1"}, {"graylist", "4.7.1"}, {"try again later", "4.4.7"}, {"timed out", "4.4.1"}, {"connection refused", "4.4.1"}, {"retry timeout", "5.4.7"}, {"deferred", "4.4.7"}, {"loop", "5.4.6"}, {"rejected", "5.7.1"},
}
