package signature

import (
	"crypto/rsa"
	"errors"
	"math/big"
	"net/http"
	"testing"
)

// TestKeySizes tells a key that is refused by its size from one that did not
// make the signature: verifying with a large one that a stranger published would
// cost as much time as they like.
func TestKeySizes(t *testing.T) {
	for bits, taken := range map[int]bool{minRSA - 1: false, minRSA: true, maxRSA: true, maxRSA + 1: false, 65536: false} {
		n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
		public := &rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 65537}
		for scheme, r := range map[Scheme]*http.Request{Cavage: delivery().arrive(t), RFC9421: newPost().arrive(t)} {
			s, err := Parse(r)
			if err != nil {
				t.Fatal(err)
			}
			err = s.Verify(r, []byte(hello), ourBase, noon, public)
			if err == nil || errors.Is(err, ErrMismatch) != taken {
				t.Errorf("%s, %d bits: %v", scheme, bits, err)
			}
		}
	}
}
