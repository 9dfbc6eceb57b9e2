package exchange

// SetPiece sets how many rows are one change.
func SetPiece(s *Service, n int) { s.piece = n }
