package exchange

// SetPiece sets how many rows are one change.
func SetPiece(s *Service, n int) { s.piece = n }

// SetRoom sets how many bytes of rows are kept from one pass to the next.
func SetRoom(s *Service, n int64) { s.room = n }
