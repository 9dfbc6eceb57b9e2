package app

import (
	"net/http"
	"net/netip"
	"os"
	"strings"

	"netral/internal/fault"
	"netral/internal/identity"
)

// door says how people come in: by which provider beside their password, and
// how their network address is known. The zero value is a house without single
// sign-on that people reach directly.
type door struct {
	OIDCIssuer     string            `name:"oidc-issuer" env:"NETRAL_OIDC_ISSUER" placeholder:"URL" help:"${h_oidc_issuer}"`
	OIDCClient     string            `name:"oidc-client" env:"NETRAL_OIDC_CLIENT" placeholder:"ID" help:"${h_oidc_client}"`
	OIDCSecretFile string            `name:"oidc-secret-file" env:"NETRAL_OIDC_SECRET_FILE" type:"path" placeholder:"FILE" help:"${h_oidc_secret}"`
	OIDCName       string            `name:"oidc-name" env:"NETRAL_OIDC_NAME" default:"SSO" help:"${h_oidc_name}"`
	OIDCCreate     bool              `name:"oidc-create" env:"NETRAL_OIDC_CREATE" help:"${h_oidc_create}"`
	OIDCRoleClaim  string            `name:"oidc-role-claim" env:"NETRAL_OIDC_ROLE_CLAIM" placeholder:"CLAIM" help:"${h_oidc_role_claim}"`
	OIDCRole       map[string]string `name:"oidc-role" env:"NETRAL_OIDC_ROLES" placeholder:"GROUP=ROLE[@UNIT]" help:"${h_oidc_role}"`
	OIDCGrave      bool              `name:"oidc-grave" env:"NETRAL_OIDC_GRAVE" help:"${h_oidc_grave}"`
	ClientHeader   string            `name:"client-header" env:"NETRAL_CLIENT_HEADER" placeholder:"HEADER" help:"${h_client_header}"`
}

// maxSecret bounds a file with a secret in it.
const maxSecret = 4 << 10

// secretFile reads a secret from a file; a secret on a command line would show
// in the list of processes.
func secretFile(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	st, err := os.Stat(name)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "app.file", name)
	}
	if st.Size() > maxSecret {
		return "", fault.New(fault.TooLarge, "app.file_large", name, maxSecret)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return "", fault.Wrap(fault.Invalid, err, "app.file", name)
	}
	return strings.TrimSpace(string(b)), nil
}

// sso is the provider, nil when none is configured.
func (d door) sso() (*identity.OIDC, error) {
	if d.OIDCIssuer == "" {
		return nil, nil
	}
	secret, err := secretFile(d.OIDCSecretFile)
	if err != nil {
		return nil, err
	}
	o := &identity.OIDC{
		Issuer: d.OIDCIssuer, ClientID: d.OIDCClient, ClientSecret: secret, Name: d.OIDCName, Create: d.OIDCCreate,
		RoleClaim: d.OIDCRoleClaim, Grave: d.OIDCGrave, Roles: map[string]identity.MappedRole{},
	}
	for group, role := range d.OIDCRole {
		name, unit, _ := strings.Cut(role, "@")
		o.Roles[group] = identity.MappedRole{Role: name, Unit: unit}
	}
	return o, nil
}

// client is how the address of who asks is found: nil for the connection's own.
// Behind a proxy that is the proxy's, and one stranger who guesses would slow
// everybody; then the proxy writes the address into a header. Of a list the last
// is taken: those before it come from whoever asked.
func (d door) client() func(*http.Request) netip.Addr {
	if d.ClientHeader == "" {
		return nil
	}
	return func(r *http.Request) netip.Addr {
		all := r.Header.Values(d.ClientHeader)
		if len(all) == 0 {
			return netip.Addr{}
		}
		last := all[len(all)-1]
		a, err := netip.ParseAddr(strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:]))
		if err != nil {
			return netip.Addr{}
		}
		return a.Unmap()
	}
}
