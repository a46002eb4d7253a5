package guichet

// CanShred is the right to delete a case for good.
const CanShred Permission = "shred"

// CaseShredded says that a trashed case was deleted for good: it tells who, when and how many messages, and nothing of what they said.
const CaseShredded FactKind = "case.shredded"
