package desk

import (
	"context"
	"slices"
	"strings"

	"guichet/shared/guichet"
	"guichet/shared/mail"
	"guichet/shared/store"
)

// maxListed bounds the allow and block lists together: with 320 bytes each they stay under what the ledger takes.
const maxListed = 1000

// SetLists replaces the allow and block lists. Version is the one that the caller read, 0 for whatever stands. Entries are folded, sorted and kept once.
// Errors: Denied; Invalid naming the list and the place of the entry; Conflict.
func (d *Desk) SetLists(ctx context.Context, t guichet.TenantID, who guichet.AgentID, l store.Lists) (store.Lists, error) {
	var err error
	if l.Allow, err = listed("allow", l.Allow); err != nil {
		return l, err
	}
	if l.Block, err = listed("block", l.Block); err != nil {
		return l, err
	}
	return d.changeLists(ctx, t, who, l.Version, func(now *store.Lists) error {
		now.Allow, now.Block = l.Allow, l.Block
		return nil
	})
}

// SetListed puts one entry on the list "allow" or "block", or takes it off. Errors: Denied; Invalid.
func (d *Desk) SetListed(ctx context.Context, t guichet.TenantID, who guichet.AgentID, list, entry string, on bool) (store.Lists, error) {
	if list != "allow" && list != "block" {
		return store.Lists{}, guichet.Wrongf("list", "the lists are allow and block, not %.20q", list)
	}
	one, err := listed("entry", []string{entry})
	if err != nil || len(one) == 0 {
		return store.Lists{}, guichet.Wrongf("entry", "%s", listedForm)
	}
	return d.changeLists(ctx, t, who, 0, func(now *store.Lists) error {
		of := &now.Allow
		if list == "block" {
			of = &now.Block
		}
		all := slices.DeleteFunc(slices.Clone(*of), func(e string) bool { return e == one[0] })
		if on {
			all = append(all, one[0])
		}
		slices.Sort(all)
		*of = all
		return nil
	})
}

func (d *Desk) changeLists(ctx context.Context, t guichet.TenantID, who guichet.AgentID, version int64, change func(*store.Lists) error) (store.Lists, error) {
	var out store.Lists
	err := d.tryAgain(ctx, version, func() error {
		cfg, err := d.Configures(ctx, t, who, Whole)
		if err != nil {
			return err
		}
		out = cfg.Lists
		if err := stale(version, out.Version); err != nil {
			return err
		}
		if err := change(&out); err != nil {
			return err
		}
		if n := len(out.Allow) + len(out.Block); n > maxListed {
			return guichet.Wrongf("allow", "the lists hold %d entries together, not %d: block a domain in place of its addresses", maxListed, n)
		}
		if err := d.Store.SaveLists(ctx, t, out); err != nil {
			return err
		}
		out.Version++
		return nil
	})
	return out, err
}

const listedForm = `an entry is an address (bo@customer.example), a domain (customer.example), or all below a domain (.customer.example)`

// listed folds the entries of a list.
func listed(field string, list []string) ([]string, error) {
	var out []string
	for i, e := range list {
		e = strings.TrimPrefix(strings.TrimSpace(e), "@")
		if e == "" {
			continue
		}
		folded := foldListed(e)
		if folded == "" {
			return nil, guichet.Wrongf(field, "%s[%d]: %.80q is none: %s", field, i, e, listedForm)
		}
		out = append(out, folded)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// foldListed returns an entry as mail is compared with it; empty if it is none.
func foldListed(e string) string {
	below := strings.HasPrefix(e, ".")
	addr := e
	if !strings.Contains(e, "@") {
		addr = "x@" + strings.TrimPrefix(e, ".")
	} else if below {
		return ""
	}
	folded := mail.FoldAddress(addr)
	out, err := mail.OutAddr(folded)
	if err != nil || !strings.Contains(folded[strings.LastIndexByte(folded, '@'):], ".") {
		return ""
	}
	if strings.Contains(e, "@") {
		return folded
	}
	domain := strings.TrimPrefix(out, "x@")
	if below {
		return "." + domain
	}
	return domain
}
