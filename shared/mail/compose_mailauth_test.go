//go:build outside

package mail

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const composeMailauth = `
const {dkimSign} = require('mailauth/lib/dkim/sign'), {authenticate} = require('mailauth'), fs = require('fs'), {generateKeyPairSync} = require('crypto');
(async () => {
  const {privateKey, publicKey} = generateKeyPairSync('rsa', {modulusLength: 2048, publicKeyEncoding: {type: 'spki', format: 'der'}, privateKeyEncoding: {type: 'pkcs8', format: 'pem'}});
  const resolver = async (name, type) => {
    if (name === 's1._domainkey.demo.example' && type === 'TXT') return [['v=DKIM1; k=rsa; p=' + publicKey.toString('base64')]];
    if (name === '_dmarc.demo.example' && type === 'TXT') return [['v=DMARC1; p=reject; adkim=s']];
    throw Object.assign(new Error('none'), {code: 'ENOTFOUND'});
  };
  const out = [];
  for (const f of process.argv.slice(1)) {
    const raw = fs.readFileSync(f);
    const signed = await dkimSign(raw, {signatureData: [{signingDomain: 'demo.example', selector: 's1', privateKey}],
      headerList: 'from:reply-to:to:cc:subject:date:message-id:in-reply-to:references:mime-version:content-type:list-unsubscribe:list-unsubscribe-post'});
    const relayed = Buffer.concat([Buffer.from('Received: from a by b; Mon, 2 Mar 2026 09:12:01 +0100\r\n' + signed.signatures), raw]);
    const r = await authenticate(relayed, {ip: '192.0.2.1', helo: 'mx.demo.example', sender: 'support@demo.example', mta: 'mx.test.example', resolver});
    const d = r.dkim.results[0] || {status: {}};
    out.push({DKIM: d.status.result, DMARC: r.dmarc.status.result, From: r.dkim.headerFrom, Signed: (d.signingHeaders || {}).keys || '', Errors: signed.errors.length});
  }
  console.log(JSON.stringify(out));
})();`

// Every golden mail is one that a foreign signer signs and a foreign verifier passes after a relay: its lines and headers are those of a mail to them, its From
// aligns for DMARC, and both unsubscribe headers are among the signed ones, as RFC 8058 wants. mailauth is installed pinned into .tools/mailauth.
func TestComposeSignedByMailauth(t *testing.T) {
	golden, err := filepath.Abs(filepath.Join("..", "..", "testdata", "golden", "compose"))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-e", composeMailauth, "--"}
	for _, s := range composeSettings {
		args = append(args, filepath.Join(golden, s.name+".eml"))
	}
	cmd := exec.Command("node", args...)
	cmd.Dir = filepath.Join("..", "..", ".tools", "mailauth")
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("mailauth is missing (infra/engines/install.sh mailauth) or fails: %v %.300s", err, said.String())
	}
	var seen []struct {
		DKIM, DMARC, Signed string
		From                []string
		Errors              int
	}
	if err := json.Unmarshal(out, &seen); err != nil || len(seen) != len(composeSettings) {
		t.Fatalf("%d of %d mails: %v", len(seen), len(composeSettings), err)
	}
	for i, s := range composeSettings {
		o := composeGiven(s)
		if r := seen[i]; r.DKIM != "pass" || r.DMARC != "pass" || r.Errors != 0 || len(r.From) != 1 || r.From[0] != o.From.Addr {
			t.Errorf("%s: %+v", s.name, r)
		}
		if o.Unsubscribe != "" && (!strings.Contains(seen[i].Signed, "List-Unsubscribe:") || !strings.Contains(seen[i].Signed, "List-Unsubscribe-Post:")) {
			t.Errorf("%s: the unsubscribe headers are not signed: %s", s.name, seen[i].Signed)
		}
	}
}
