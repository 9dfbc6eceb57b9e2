package sample

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// ten19 is the largest power of ten that a word holds.
const ten19 = 10_000_000_000_000_000_000

// leastDigits is how many digits a ticket number has at least; 256 bits give 78
// at most.
const leastDigits = 64

// turned is, for each number below 100, the one with its two digits exchanged.
const turned = "\x00\x0a\x14\x1e\x28\x32\x3c\x46\x50\x5a" +
	"\x01\x0b\x15\x1f\x29\x33\x3d\x47\x51\x5b" +
	"\x02\x0c\x16\x20\x2a\x34\x3e\x48\x52\x5c" +
	"\x03\x0d\x17\x21\x2b\x35\x3f\x49\x53\x5d" +
	"\x04\x0e\x18\x22\x2c\x36\x40\x4a\x54\x5e" +
	"\x05\x0f\x19\x23\x2d\x37\x41\x4b\x55\x5f" +
	"\x06\x10\x1a\x24\x2e\x38\x42\x4c\x56\x60" +
	"\x07\x11\x1b\x25\x2f\x39\x43\x4d\x57\x61" +
	"\x08\x12\x1c\x26\x30\x3a\x44\x4e\x58\x62" +
	"\x09\x13\x1d\x27\x31\x3b\x45\x4f\x59\x63"

// number is a hash as an integer, the highest word first.
type number [4]uint64

func numberOf(sum *[32]byte) number {
	return number{
		binary.BigEndian.Uint64(sum[0:]), binary.BigEndian.Uint64(sum[8:]),
		binary.BigEndian.Uint64(sum[16:]), binary.BigEndian.Uint64(sum[24:]),
	}
}

// key is the first 19 digits of the ticket number, as an integer. They are the
// last 19 of the hash, turned round, so what is left of a division by 10^19 is
// all that is needed: two tickets with different keys compare as their keys do.
func (n *number) key() uint64 {
	_, r := bits.Div64(0, n[0], ten19)
	_, r = bits.Div64(r, n[1], ten19)
	_, r = bits.Div64(r, n[2], ten19)
	_, r = bits.Div64(r, n[3], ten19)
	// Ten digits below, nine above: two chains that do not wait for each other.
	low, high := r%1e10, r/1e10
	var a, b uint64
	for range 4 {
		a = a*100 + uint64(turned[low%100])
		b = b*100 + uint64(turned[high%100])
		low, high = low/100, high/100
	}
	return (a*100+uint64(turned[low]))*1e9 + b*10 + high
}

// groups is how many groups of 19 digits 256 bits fill.
const groups = 5

// digits has room for all of them, and for the zeros after the last group.
type digits [groups*19 + 5]byte

// eight is the eight decimal digits of a number below 10^8 as characters, the
// first in the lowest byte. Halves, quarters and eighths of the word are divided
// side by side: by 100 and by 10 with a multiplication and a shift, which is exact
// for four and for two digits.
func eight(v uint64) uint64 {
	x := v/10_000 | v%10_000<<32
	h := x * 10_486 >> 20 & 0x7f_0000_007f
	x = h | (x-100*h)<<16
	t := x * 103 >> 10 & 0x000f_000f_000f_000f
	return (t | (x-10*t)<<8) + 0x3030_3030_3030_3030
}

// fraction writes the digits of the ticket number, without "0.", and says how
// many there are. The integer is divided by 10^19 again and again; its upper
// words are soon empty, and are left out.
func (n number) fraction(to *digits) int {
	var r [groups]uint64
	if n[0] >= ten19 { // twice 10^19 is more than a word
		n[0], r[0] = 1, n[0]-ten19
	} else {
		n[0], r[0] = 0, n[0]
	}
	n[1], r[0] = bits.Div64(r[0], n[1], ten19)
	n[2], r[0] = bits.Div64(r[0], n[2], ten19)
	n[3], r[0] = bits.Div64(r[0], n[3], ten19)
	n[1], r[1] = bits.Div64(n[0], n[1], ten19) // n[0] is 0 or 1
	n[2], r[1] = bits.Div64(r[1], n[2], ten19)
	n[3], r[1] = bits.Div64(r[1], n[3], ten19)
	n[2], r[2] = bits.Div64(n[1], n[2], ten19) // of 2^256 / 10^38, n[1] is 3 at most
	n[3], r[2] = bits.Div64(r[2], n[3], ten19)
	r[4], r[3] = bits.Div64(n[2], n[3], ten19) // of 2^256 / 10^57, n[2] is 6 at most
	// Eight digits at a time. The last three of a group take the place of eight;
	// the next group is written over the zeros.
	for g, v := range r {
		d := to[g*19 : g*19+24 : g*19+24]
		binary.BigEndian.PutUint64(d, eight(v%1e8))
		v /= 1e8
		binary.BigEndian.PutUint64(d[8:], eight(v%1e8))
		binary.BigEndian.PutUint64(d[16:], eight(v/1e8))
	}
	size := groups * 19
	for size > leastDigits && to[size-1] == '0' {
		size--
	}
	return size
}

// text is the ticket number.
func (n number) text() string {
	var d digits
	size := n.fraction(&d)
	return "0." + string(d[:size])
}

func hexOf(sum *[32]byte) string { return hex.EncodeToString(sum[:]) }
