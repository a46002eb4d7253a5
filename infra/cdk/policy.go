package main

// doc is an IAM policy document.
func doc(statements ...map[string]any) map[string]any {
	list := make([]any, len(statements))
	for i, s := range statements {
		list[i] = s
	}
	return map[string]any{"Version": "2012-10-17", "Statement": list}
}

// allow is a statement of a role's policy.
func allow(actions, resources []string) map[string]any {
	return map[string]any{"Effect": "Allow", "Action": actions, "Resource": resources}
}

// allowService is a statement of a resource's policy: the AWS service may do actions for this account alone, never for another's
// (the confused deputy).
func (h *house) allowService(service string, actions []string, resource string) map[string]any {
	return map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"Service": service}, "Action": actions, "Resource": resource,
		"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": *h.Account()}},
	}
}

// denyPlain is a statement that refuses everybody who doesn't speak TLS.
func denyPlain(actions []string, resources ...string) map[string]any {
	return map[string]any{
		"Effect": "Deny", "Principal": map[string]any{"AWS": "*"}, "Action": actions, "Resource": resources,
		"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
	}
}

// when adds a condition to a statement: when(s, "ArnEquals", "aws:SourceArn", arn).
func when(s map[string]any, operator, key string, value any) map[string]any {
	all, ok := s["Condition"].(map[string]any)
	if !ok {
		all = map[string]any{}
		s["Condition"] = all
	}
	one, ok := all[operator].(map[string]any)
	if !ok {
		one = map[string]any{}
		all[operator] = one
	}
	one[key] = value
	return s
}
