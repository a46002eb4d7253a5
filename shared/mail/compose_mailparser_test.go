//go:build outside

package mail

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/idna"
)

const composeMailparser = `
const {simpleParser} = require('mailparser'), fs = require('fs');
const bare = id => (id || '').replace(/^<|>$/g, '');
const people = x => x ? [].concat(x).flatMap(y => y.value).filter(v => v.address).map(v => v.name + '\t' + v.address) : [];
(async () => {
  const out = [];
  for (const f of process.argv.slice(1)) {
    const m = await simpleParser(fs.readFileSync(f), {skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true});
    out.push({Subject: m.subject || '', MessageID: bare(m.messageId), InReplyTo: bare(m.inReplyTo), References: [].concat(m.references || []).map(bare),
      Auto: m.headers.get('auto-submitted') || '', Topic: m.headers.get('thread-topic') || '', Date: m.date.toISOString().replace('.000', ''),
      From: people(m.from), ReplyTo: people(m.replyTo), To: people(m.to), Cc: people(m.cc), Text: m.text || '', HTML: m.html || '',
      Files: m.attachments.map(a => ({Name: a.filename || '', Type: a.contentType, CID: a.cid || '', Inline: a.contentDisposition === 'inline', Data: a.content.toString('base64')}))});
  }
  console.log(JSON.stringify(out));
})();`

// Every golden mail is read back by npm's mailparser too, installed pinned into .tools/mailparser.
func TestComposeReadByMailparser(t *testing.T) {
	golden, err := filepath.Abs(filepath.Join("..", "..", "testdata", "golden", "compose"))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-e", composeMailparser, "--"}
	for _, s := range composeSettings {
		args = append(args, filepath.Join(golden, s.name+".eml"))
	}
	cmd := exec.Command("node", args...)
	cmd.Dir = filepath.Join("..", "..", ".tools", "mailparser")
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("mailparser is missing (npm install --prefix .tools/mailparser mailparser@3.7.2) or fails: %v %.300s", err, said.String())
	}
	var seen []composeSeen
	if err := json.Unmarshal(out, &seen); err != nil {
		t.Fatal(err)
	}
	for i, s := range composeSettings {
		t.Run(s.name, func(t *testing.T) {
			for _, l := range [][]string{seen[i].From, seen[i].ReplyTo, seen[i].To, seen[i].Cc} {
				for k := range l { // it shows domains in Unicode
					name, addr, _ := strings.Cut(l[k], "\t")
					at := strings.LastIndexByte(addr, '@')
					domain, _ := idna.Lookup.ToASCII(addr[at+1:])
					l[k] = name + "\t" + addr[:at+1] + domain
				}
			}
			seen[i].Topic = DecodeWords(seen[i].Topic) // it decodes the fields only that it knows
			composeSame(t, composeWant(composeGiven(s)), seen[i])
		})
	}
	if !slices.ContainsFunc(seen, func(s composeSeen) bool { return len(s.Files) > 1 }) {
		t.Error("no mail with files was read")
	}
}
