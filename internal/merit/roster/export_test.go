package roster

// LimitThen bounds how many people a list of another day may have.
func (s *Service) LimitThen(n int) { s.then.most = n }
