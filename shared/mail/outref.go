package mail

import "slices"

// outRefBytes is how much of the header block the references may take, folded. With it the whole block of an ordinary answer stays under
// 4 KB, where relays begin to refuse (D-56).
const outRefBytes = 1600

// OutReferences returns the References of an answer, oldest first, the parent last (RFC 5322 3.6.4): the parent's own references and the
// parent, and own, the ids of our earlier mails in the case, oldest first, in both forms: the one that we gave and the one that SES put in
// its place (D-10). In a long case the middle is left out: the first one stays, which every mail program threads by, the parent stays, the
// newest two of ours stay, then as many of the newest as fit 1,600 bytes. Ids stand once each; those that no header can hold are left out.
func OutReferences(parentID string, parentRefs []string, own []string) []string {
	all := outChain(parentID, parentRefs, own)
	keep := make([]bool, len(all))
	left := outRefBytes
	take := func(i int) {
		if i < 0 || keep[i] || len(all[i])+5 > left {
			return
		}
		keep[i], left = true, left-len(all[i])-5
	}
	take(len(all) - 1)
	for i := len(own) - 1; i >= max(0, len(own)-2); i-- {
		take(slices.Index(all, own[i]))
	}
	if len(all) > 0 {
		take(0)
	}
	for i := len(all) - 1; i >= 0 && left > 0; i-- {
		take(i)
	}
	var out []string
	for i, id := range all {
		if keep[i] {
			out = append(out, id)
		}
	}
	return out
}

// outChain returns the parent's references, then ours that are not among them, then the parent; each once, writable ones only.
func outChain(parentID string, parentRefs, own []string) []string {
	seen := map[string]bool{parentID: true}
	var all []string
	for _, list := range [][]string{parentRefs, own} {
		for _, id := range list {
			if outID(id) && !seen[id] {
				seen[id] = true
				all = append(all, id)
			}
		}
	}
	if outID(parentID) {
		all = append(all, parentID)
	}
	return all
}
