//go:build !linux

package app

func leanBack() {}
