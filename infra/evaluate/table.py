"""Prints the judged results of a folder as one table, beside what others reach."""
import json
import os
import sys

OTHERS = {
    "parse": "python email 87.1 % (asserted)", "reply": "discourse trimmer 86.4 %", "bounce": "sisimai 97.8 %",
    "autoreply": "headers only 74/75, 57/57", "spam": "", "sanitise": "bluemonday 125/125",
}


def main(folder):
    print(f"{'task':<15} {'cases':>5} {'right':>5} {'rate':>9}   others")
    for task, others in OTHERS.items():
        path = os.path.join(folder, task + ".json")
        if not os.path.exists(path):
            print(f"{task:<15} no cases here")
            continue
        rows = json.load(open(path, encoding="utf-8"))
        for name in ("ALL:asserted", "ALL"):
            r = rows.get(name)
            if r and r["cases"]:
                label = task if name == "ALL" else task + " asserted"
                print(f"{label:<15} {r['cases']:>5} {r['pass']:>5} {100 * r['rate']:>7.1f} %   {others}")
                if task == "autoreply":
                    print("                 ", ", ".join(f"{k} {v}" for k, v in r["fields"].items()))
    rows = json.load(open(os.path.join(folder, "thread.json"), encoding="utf-8"))
    print(f"\n{'thread':<36} {'precision':>9} {'recall':>7}   others' recall")
    others = {"full": "notmuch 1.00, Znuny 0.97/0.85", "no_references": "notmuch, JWZ 0.39-0.68", "ticket_subject": "RT, Znuny 1.0",
              "outlook_thread_index": "0", "reordered_duplicated": "notmuch 1.00, helpdesks 0.36-0.41", "ses_rewritten_ids": "0.86-0.87",
              "subject_collision": "JWZ with subjects: precision 0"}
    for name, r in rows.items():
        print(f"{name:<36} {r['precision']:>9.3f} {r['recall']:>7.3f}   {others.get(name.split('/')[-1], '')}")


main(sys.argv[1])
