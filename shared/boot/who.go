package boot

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"guichet/shared/guichet"
)

type claimsKey struct{}

// withClaims notes what the authorizer found in the token: API Gateway has checked it.
func withClaims(r *http.Request, e events.APIGatewayV2HTTPRequest) *http.Request {
	a := e.RequestContext.Authorizer
	if a == nil || a.JWT == nil {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), claimsKey{}, a.JWT.Claims))
}

// Claims returns the claims of the token that came with the request; nil where nobody checked one.
func Claims(r *http.Request) map[string]string {
	c, _ := r.Context().Value(claimsKey{}).(map[string]string)
	return c
}

// Who returns who asks, from the claims custom:tenant and custom:agent, which only an administrator writes. Denied without them.
func Who(r *http.Request) (guichet.TenantID, guichet.AgentID, error) {
	c := Claims(r)
	t, a := c["custom:tenant"], c["custom:agent"]
	if guichet.ValidTenant(t) != nil || a == "" {
		return "", "", guichet.Errorf(guichet.Denied, "no agent of any tenant is signed in")
	}
	return guichet.TenantID(t), guichet.AgentID(a), nil
}
