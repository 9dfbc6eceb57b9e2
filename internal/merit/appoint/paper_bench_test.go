package appoint_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"netral/internal/letter"
	"netral/internal/letter/archive/archivetest"
	"netral/internal/merit/appoint"
)

// benchmarkPaper makes and seals a paper with its QR code and a roster proof of
// 203 rows inside.
func benchmarkPaper(b *testing.B, kind string, rows int) {
	press := archivetest.Press(b, appoint.PaperKinds(), false)
	a, err := letter.NewAuthority(rand.NewChaCha8([32]byte{1}), "Otoritas")
	if err != nil {
		b.Fatal(err)
	}
	signer, err := a.Issue(rand.NewChaCha8([32]byte{2}), "Segel", "Kantor")
	if err != nil {
		b.Fatal(err)
	}
	k, err := press.Set.Kind(kind)
	if err != nil {
		b.Fatal(err)
	}
	v := k.Sample()
	for i := len(v.Lists["baris"]); i < rows && i > 0; i++ {
		v.Lists["baris"] = append(v.Lists["baris"], v.Lists["baris"][0])
	}
	var proof []byte
	for i := range 203 {
		proof = fmt.Appendf(proof, `{"row":{"no":%d,"person":"x%d","name":"Calon %d","post":"p%d","title":"Kepala Seksi %d","agency":"Dinas Kesehatan","level":"pengawas"}}`+"\n", i, i*7919, i, i*104729, i)
	}
	size := 0
	b.ReportAllocs()
	for b.Loop() {
		body, err := press.Make(kind, v, letter.Options{At: start, Address: "https://netral.test/pelantikan/2023/12", Sealed: true, Files: []letter.File{{Name: "pelantikan-2023-12.jsonl", Body: proof}}})
		if err == nil {
			body, err = signer.Sign(body, letter.Signing{At: start, Reason: "Keputusan", Place: "Jakarta"})
		}
		if err != nil {
			b.Fatal(err)
		}
		size = len(body)
	}
	b.ReportMetric(float64(size)/1024, "KB")
}

func BenchmarkDecree203(b *testing.B) { benchmarkPaper(b, appoint.PaperDecree, 203) }
func BenchmarkExtract(b *testing.B)   { benchmarkPaper(b, appoint.PaperExtract, 0) }
