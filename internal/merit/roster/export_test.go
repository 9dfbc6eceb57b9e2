package roster

// LimitThen bounds how many people a list of another day may have.
func (s *Service) LimitThen(n int) { s.then.most = n }

// AuditApart makes a roster of so many facts a large one.
func (s *Service) AuditApart(facts int64) { s.quality.many = facts }

// FindApart makes a roster of so many facts a large one.
func (s *Service) FindApart(facts int64) { s.find.people.many = facts }
