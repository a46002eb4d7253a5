package mail

import "testing"

func TestD44ShortThanks(t *testing.T) {
	for _, text := range []string{"Thanks!", "Thank you very much.", "Thanks a lot!\n\nBo", "Great, thanks again for your help!\n\nBest regards\nBo Example", "Vielen Dank!", "Vielen Dank für die schnelle Antwort.\nMit freundlichen Grüßen\nBo Example", "Merci beaucoup !", "Muchas gracias", "Grazie mille!", "Muito obrigado", "Hartelijk bedankt", "Dziękuję bardzo", "Tack så mycket", "Mange tak", "Tusen takk", "Kiitos paljon", "Спасибо большое!", "Çok teşekkürler", "ありがとうございます。", "谢谢！", "감사합니다"} {
		if !OnlyThanks(text) {
			t.Errorf("%q is more than thanks", text)
		}
	}
	for _, text := range []string{"", "Bo", "Yes", "Thanks, but it still does not work.", "Thanks. When will it come?", "Thank you, please also cancel order 4711.", "Thanks for nothing", "No thanks", "Danke, aber es geht nicht.", "Hello\n\nBo Example", "Thanks\nIt broke again", "Bo Example\nThanks", "Merci, c'est cassé.", "It works now", "謝謝，但是壞了"} {
		if OnlyThanks(text) {
			t.Errorf("%q says more than thanks", text)
		}
	}
}
