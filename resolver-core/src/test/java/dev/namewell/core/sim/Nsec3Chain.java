package dev.namewell.core.sim;

import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.utils.base32;

/** NSEC3 records (RFC 5155), with those of empty non-terminals. */
final class Nsec3Chain implements DenialChain {
  private static final base32 BASE32 = new base32(base32.Alphabet.BASE32HEX, false, true);
  private static final int HASH_OCTETS = 20;
  private static final byte[] SALT = {(byte) 0xab, (byte) 0xcd};

  private final Name apex;
  private final int iterations;
  private final boolean optOut;
  private final TreeMap<String, Set<Integer>> hashed = new TreeMap<>();
  private final Map<Name, String> hashes = new HashMap<>();

  Nsec3Chain(
      Name apex, NavigableMap<Name, TreeSet<Integer>> names, int iterations, boolean optOut) {
    this.apex = apex;
    this.iterations = iterations;
    this.optOut = optOut;
    names.forEach(
        (name, types) -> {
          boolean unsigned =
              types.contains(Type.NS) && !types.contains(Type.SOA) && !types.contains(Type.DS);
          if (!(unsigned && optOut)) {
            Set<Integer> all = hashed.computeIfAbsent(hash(name), hash -> new TreeSet<>());
            all.addAll(types);
            if (!unsigned) {
              all.add(Type.RRSIG);
            }
            for (Name above = name; !above.equals(apex); above = new Name(above, 1)) {
              hashed.computeIfAbsent(hash(above), hash -> new TreeSet<>());
            }
          }
        });
  }

  private String hash(Name name) {
    return hashes.computeIfAbsent(
        name,
        key -> {
          try {
            return BASE32.toString(record("0", new byte[HASH_OCTETS], Set.of()).hashName(key));
          } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private NSEC3Record record(String owner, byte[] next, Set<Integer> types) {
    return new NSEC3Record(
        Name.fromConstantString(owner + "." + (apex.equals(Name.root) ? "" : apex)),
        DClass.IN,
        TTL,
        1,
        optOut ? 1 : 0,
        iterations,
        SALT,
        next,
        types.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public Record at(Name name) {
    String before = hashed.floorKey(hash(name));
    String owner = before == null ? hashed.lastKey() : before;
    String next = hashed.higherKey(owner);
    return record(
        owner,
        BASE32.fromString(next == null ? hashed.firstKey() : next),
        hashed.getOrDefault(owner, Set.of()));
  }

  @Override
  public List<Record> deny(Name name) {
    if (hashed.containsKey(hash(name))) {
      return List.of(at(name));
    }
    Name encloser = name;
    while (!hashed.containsKey(hash(encloser))) {
      encloser = new Name(encloser, 1);
    }
    return List.of(
        at(encloser),
        at(DenialChain.nextCloser(name, encloser)),
        at(DenialChain.wildcard(encloser)));
  }

  @Override
  public List<Record> expanded(Name name, Name encloser) {
    return List.of(at(DenialChain.nextCloser(name, encloser)));
  }
}
