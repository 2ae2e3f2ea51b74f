"""The zone of ./flood for the lab: many names, each with many wrong signatures by many keys of one tag (CVE-2023-50387)."""
from labnet import signer
from labnet.recipes import real
from labnet.signer import T
from labnet.world import Sign

NAMES = 7000
KEYS = 8
SIGNATURES = 8


def define(w):
    name = "flood.zoo"
    z = real(w, name, Sign(15), "\n".join("n%d A 192.0.2.60" % i for i in range(NAMES)))
    tag = z.zsks[0].tag
    fakes = [w.keys.fake(15, "%s/%d" % (name, i), 256, 32, tag) for i in range(KEYS)]
    z.extra_keys += fakes

    def damage(z):
        start, end = z.window()
        for i in range(NAMES):
            owner = z.n("n%d" % i)
            z.sigs[owner, T.A] = [
                signer.rrsig(owner, z.data[owner][T.A], z.zsks[0], z.name, start, end - k, tag=tag, corrupt=True)
                for k in range(SIGNATURES)]
    z.after.append(damage)
