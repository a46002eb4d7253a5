package mail

import (
	"strings"
	"sync"
)

// squeezeName leaves the letters and digits of a charset's name: "UTF_16-BE" and "utf16be" are one. A year behind it goes: iso-8859-2:1987.
func squeezeName(name string) string {
	out := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		if c := name[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
			out = append(out, c)
		}
	}
	if n := len(out) - 4; n > 4 && (string(out[n:n+2]) == "19" || string(out[n:n+2]) == "20") && out[n-1] >= '0' && out[n-1] <= '9' && !strings.HasPrefix(string(out), "ks") {
		out = out[:n]
	}
	return string(out)
}

// wellSpelt are the names that the tables know, by what squeezing makes of them, and the numbers that ISO gave to charsets.
var wellSpelt = sync.OnceValue(func() map[string]string {
	m := map[string]string{
		"utf7": "utf-7", "u7": "utf-7", "unicode11utf7": "utf-7", "ujis": "euc-jp", "mskanji": "shift_jis", "sjis": "shift_jis", "xmacjapanese": "shift_jis", "xmackorean": "euc-kr",
		"ksx1001": "euc-kr", "ksc5601": "euc-kr", "ksc56011987": "euc-kr", "xmacsimpchinese": "gb18030", "xmactradchinese": "big5", "hzgb": "hz-gb-2312", "eucgb2312cn": "gb2312", "gb231280": "gb2312", "gb23121980": "gb2312", "isoir58": "gb2312",
		"big5tw": "big5", "hkscs": "big5-hkscs", "asmo708": "iso-8859-6", "ecma114": "iso-8859-6", "ecma118": "iso-8859-7", "elot928": "iso-8859-7", "thai": "tis-620", "tis6200": "tis-620", "tis62025290": "tis-620", "tis62025291": "tis-620", "tis6202533": "tis-620",
		"isoir100": "iso-8859-1", "isoir101": "iso-8859-2", "isoir109": "iso-8859-3", "isoir110": "iso-8859-4", "isoir144": "iso-8859-5", "isoir127": "iso-8859-6", "isoir126": "iso-8859-7", "isoir138": "iso-8859-8", "isoir148": "iso-8859-9", "isoir157": "iso-8859-10",
		"isoir166": "tis-620", "l7": "iso-8859-13", "latin7": "iso-8859-13", "unicodelittle": "utf-16le", "unicodebig": "utf-16be", "unicodelittleunmarked": "utf-16le", "unicodebigunmarked": "utf-16be",
		"ebcdiccpus": "ibm037", "ebcdiccpca": "ibm037", "ebcdiccpwt": "ibm037", "ebcdiccpnl": "ibm037", "csibm037": "ibm037", "cp037": "ibm037", "ibm039": "ibm037", "cp1140": "ibm01140", "ibm1140": "ibm01140", "cp1047": "ibm1047",
		"iso2022jpext": "iso-2022-jp", "iso2022jp1": "iso-2022-jp", "iso2022jp2": "iso-2022-jp", "iso2022jp3": "iso-2022-jp", "iso2022jp2004": "iso-2022-jp",
	}
	for _, name := range strings.Fields("utf-8 utf-16 utf-16le utf-16be utf-32 utf-32le utf-32be us-ascii iso-8859-1 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-9 iso-8859-10 " +
		"iso-8859-11 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 windows-874 koi8-r koi8-u koi8-ru tis-620 viscii macintosh " +
		"mac-roman mac-cyrillic shift_jis euc-jp iso-2022-jp euc-kr iso-2022-kr iso-2022-cn gb2312 gbk gb18030 hz-gb-2312 big5 big5-hkscs euc-cn cp437 cp850 cp852 cp855 cp858 cp860 cp862 cp863 cp865 cp866 cp874 cp932 cp936 cp949 cp950 ibm037 ibm1047") {
		m[squeezeName(name)] = name
	}
	for _, n := range []string{"1250", "1251", "1252", "1253", "1254", "1255", "1256", "1257", "1258"} {
		m[n] = "windows-" + n
	}
	for _, n := range []string{"437", "850", "852", "855", "858", "860", "862", "863", "865", "866", "874", "932", "936", "949", "950"} {
		m[n], m["ibm"+n], m["dos"+n] = "cp"+n, "cp"+n, "cp"+n
	}
	return m
})

// decodeMisspelt reads a charset whose name no table has as it stands: other punctuation, a number alone, a name of IBM or Apple.
func decodeMisspelt(b []byte, name string) (string, bool) {
	squeezed := squeezeName(name)
	if s, ok := decodeTable(b, squeezed); ok {
		return s, true
	}
	if better := wellSpelt()[squeezed]; better != "" && better != name {
		return decodeText(b, better)
	}
	return "", false
}
