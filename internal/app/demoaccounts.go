package app

import (
	"netral/internal/actor"
	"netral/internal/identity"
)

// demoAccounts are those that the page to sign in lists in a demonstration: one
// for each role. The people do not exist.
func demoAccounts() []identity.DemoAccount {
	one := func(login, name string, grants ...actor.Grant) identity.DemoAccount {
		return identity.DemoAccount{Login: "demo." + login, Name: name, Grants: grants}
	}
	return []identity.DemoAccount{
		one("pegawai", "Rini Widyastuti (pegawai)", actor.Grant{Role: identity.RoleEmployee}),
		one("kepala", "Budi Santoso (kepala unit)", actor.Grant{Role: identity.RoleUnitHead, Unit: "dinkes"}),
		one("bkd", "Siti Aminah (BKD)", actor.Grant{Role: identity.RolePersonnel}),
		one("inspektorat", "Hendra Kusuma (Inspektorat)", actor.Grant{Role: identity.RoleInspector}),
		one("etik", "Maria Simatupang (majelis kode etik)", actor.Grant{Role: identity.RoleEthics}),
		one("walikota", "Agus Prasetyo (wali kota)", actor.Grant{Role: identity.RoleDisposition, Area: "31.71"}),
		one("camat", "Dewi Lestari (camat)", actor.Grant{Role: identity.RoleObserver, Area: "31.71.01"}),
		one("penyuluh", "Yusuf Hidayat (penyuluhan)", actor.Grant{Role: identity.RoleOutreach}),
		one("auditor", "Nurul Fadilah (auditor)", actor.Grant{Role: identity.RoleAuditor}),
		one("admin", "Made Wirawan (pengelola sistem)", actor.Grant{Role: identity.RoleAdmin}),
		one("admin2", "Lina Marlina (pengelola sistem)", actor.Grant{Role: identity.RoleAdmin}),
		one("gubernur", "Kantor Gubernur", actor.Grant{Role: identity.RoleGovernor}),
	}
}
