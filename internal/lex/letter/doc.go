// Package letter turns any bytes into words in a plain form: letters of other
// shapes and scripts that are drawn like Latin ones, accents, invisible
// characters, case. Each word keeps the bytes that it came from. It is shared
// by the readers of questions and of texts.
package letter
