# Included by the Makefile at the root, after infra/build/build.mk.

# The last command line of version 2; 3.x refuses what awscdk v2.200.0 writes.
CDK_CLI := aws-cdk@2.1148.1
STACK ?= guichet

# Node 20 still runs the CDK; its notice of 80 columns says nothing else.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.PHONY: synth deploy activate test-cdk lint-template

synth: build ## write the CloudFormation of the house to cdk.out (DOMAIN=..., Node)
	rm -rf cdk.out
	CDK_OUTDIR=cdk.out CDK_CONTEXT_JSON='{"aws:cdk:enable-asset-metadata":true}' DOMAIN='$(DOMAIN)' STACK='$(STACK)' go run ./infra/cdk

deploy: ## deploy the house: make deploy DOMAIN=help.example[,another.example] [SEND_RATE=200] [TRACK_OPENS=true] (Node, AWS credentials)
	@test -n '$(DOMAIN)' || { echo 'make deploy DOMAIN=help.example: which domain receives the mail?' >&2; exit 2; }
	$(MAKE) synth
	npx --yes $(CDK_CLI) deploy --app cdk.out --require-approval broadening --outputs-file cdk.out/outputs.json '$(STACK)'

activate: ## make the deployed rule set the active one: mail comes in from then on (aws command line)
	@now=$$(aws ses describe-active-receipt-rule-set --query Metadata.Name --output text) && \
	if [ "$$now" != None ] && [ "$$now" != '$(STACK)' ] && [ -z '$(REPLACE)' ]; then \
		echo "the account's active rule set is $$now, and there can be one only: make activate REPLACE=yes puts it out of work" >&2; exit 2; fi
	aws ses set-active-receipt-rule-set --rule-set-name '$(STACK)'

test-cdk: ## tests of the template: promises, snapshot, cdk-nag (Node)
	@command -v node >/dev/null || { echo 'test-cdk: skipped: the CDK needs Node 20 or later on the PATH (https://nodejs.org)'; exit 0; }; \
	go test ./infra/cdk

lint-template: ## cfn-lint, the schema check, and the eleven planted mistakes (Node, Python; installs its tools into .tools)
	infra/cdk/checks/install.sh
	go test -tags outside -count=1 -run 'Outside|Planted' ./infra/cdk
