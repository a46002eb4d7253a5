package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
)

// users makes the pool of those who may work at the counter. Nobody signs up: an administrator invites. A second factor (an authenticator
// program) is asked of all. The attributes custom:tenant and custom:agent say who somebody is in the house; only an administrator writes them.
func (h *house) users() {
	h.pool = awscognito.NewCfnUserPool(h.Stack, str("Users"), &awscognito.CfnUserPoolProps{
		AccountRecoverySetting: &awscognito.CfnUserPool_AccountRecoverySettingProperty{
			RecoveryMechanisms: []any{&awscognito.CfnUserPool_RecoveryOptionProperty{Name: str("verified_email"), Priority: num(1)}},
		},
		AdminCreateUserConfig:  &awscognito.CfnUserPool_AdminCreateUserConfigProperty{AllowAdminCreateUserOnly: yes},
		AutoVerifiedAttributes: strs("email"),
		DeletionProtection:     str(map[bool]string{true: "ACTIVE", false: "INACTIVE"}[h.conf.Keep]),
		EnabledMfas:            strs("SOFTWARE_TOKEN_MFA"),
		MfaConfiguration:       str("ON"),
		Policies: &awscognito.CfnUserPool_PoliciesProperty{PasswordPolicy: &awscognito.CfnUserPool_PasswordPolicyProperty{
			MinimumLength: num(12), RequireLowercase: yes, RequireUppercase: yes, RequireNumbers: yes, RequireSymbols: yes,
			TemporaryPasswordValidityDays: num(3),
		}},
		Schema:                []any{ours("tenant", "40"), ours("agent", "100")},
		UsernameAttributes:    strs("email"),
		UsernameConfiguration: &awscognito.CfnUserPool_UsernameConfigurationProperty{CaseSensitive: no},
		UserPoolTier:          str("ESSENTIALS"),
	})
	h.keep(h.pool)
	h.sign = awscognito.NewCfnUserPoolDomain(h.Stack, str("SignIn"), &awscognito.CfnUserPoolDomainProps{
		UserPoolId: h.pool.Ref(), Domain: str(h.conf.Stack + "-" + *h.Account()), ManagedLoginVersion: num(1),
	})
	h.httpAPI()
	h.client = h.page()
}

// ours is an attribute of our own: a string of 1 to longest characters.
func ours(name, longest string) any {
	return &awscognito.CfnUserPool_SchemaAttributeProperty{
		Name: str(name), AttributeDataType: str("String"), Mutable: yes,
		StringAttributeConstraints: &awscognito.CfnUserPool_StringAttributeConstraintsProperty{MinLength: str("1"), MaxLength: str(longest)},
	}
}

// page is the agents' page as a client: authorization code with PKCE, no secret (a browser can't keep one), tokens of an hour, the sign-in
// of a working day. It may read who somebody is and write nothing.
func (h *house) page() awscognito.CfnUserPoolClient {
	return awscognito.NewCfnUserPoolClient(h.Stack, str("Page"), &awscognito.CfnUserPoolClientProps{
		UserPoolId:                      h.pool.Ref(),
		GenerateSecret:                  no,
		AllowedOAuthFlowsUserPoolClient: yes,
		AllowedOAuthFlows:               strs("code"),
		AllowedOAuthScopes:              strs("openid", "email", "profile"),
		CallbackUrLs:                    strs(*h.api.AttrApiEndpoint() + "/"),
		LogoutUrLs:                      strs(*h.api.AttrApiEndpoint() + "/"),
		SupportedIdentityProviders:      strs("COGNITO"),
		ExplicitAuthFlows:               strs("ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
		PreventUserExistenceErrors:      str("ENABLED"),
		EnableTokenRevocation:           yes,
		ReadAttributes:                  strs("email", "name", "custom:tenant", "custom:agent"),
		WriteAttributes:                 strs("name"),
		TokenValidityUnits: &awscognito.CfnUserPoolClient_TokenValidityUnitsProperty{
			AccessToken: str("minutes"), IdToken: str("minutes"), RefreshToken: str("hours"),
		},
		AccessTokenValidity: num(60), IdTokenValidity: num(60), RefreshTokenValidity: num(12),
	})
}

// signInURL is where the pool's sign-in pages are.
func (h *house) signInURL() string {
	return "https://" + *h.sign.Ref() + ".auth." + *h.Region() + ".amazoncognito.com"
}
