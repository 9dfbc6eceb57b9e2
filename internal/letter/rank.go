package letter

// ranks are the ranks of civil servants by their grade, as papers write them
// (PP 11/2017 keeps those of PP 99/2000).
var ranks = map[string]string{
	"I/a": "Juru Muda", "I/b": "Juru Muda Tingkat I", "I/c": "Juru", "I/d": "Juru Tingkat I",
	"II/a": "Pengatur Muda", "II/b": "Pengatur Muda Tingkat I", "II/c": "Pengatur", "II/d": "Pengatur Tingkat I",
	"III/a": "Penata Muda", "III/b": "Penata Muda Tingkat I", "III/c": "Penata", "III/d": "Penata Tingkat I",
	"IV/a": "Pembina", "IV/b": "Pembina Tingkat I", "IV/c": "Pembina Utama Muda", "IV/d": "Pembina Utama Madya", "IV/e": "Pembina Utama",
}

// Rank is a rank with its grade: "Penata Tingkat I (III/d)". A grade without a
// name, as contract staff have, stands alone.
func Rank(grade string) string {
	if n := ranks[grade]; n != "" {
		return n + " (" + grade + ")"
	}
	return grade
}
