package dev.namewell.core.validate.anchor;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A root zone whose keys come and go: signs what an unsigned server of the root answers. */
final class RollingRoot {
  static final String ZONE =
      """
      . 86400 IN SOA a.root-servers.net. host. 1 7200 3600 1209600 900
      . 86400 IN NS a.root-servers.net.
      a.root-servers.net. 86400 IN A 198.41.0.4
      host. 60 IN A 192.0.2.80
      lasting. 86400 IN A 192.0.2.81
      pool. 60 IN A 192.0.2.123
      """;

  private static final long TTL = 86_400;
  private static final int REVOKED = 0x0080;
  private static final Duration BACK = Duration.ofHours(12);

  private final Supplier<Instant> clock;
  private List<Key> published = List.of();
  private List<Key> signing = List.of();
  private Duration validity = Duration.ofDays(10);
  private Duration keysSince = BACK;
  private Duration since = BACK;

  /** A key, with the REVOKE bit or without. */
  record Key(DNSKEYRecord record, KeyPair pair) {
    static Key make() {
      try {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return of(pair, DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Key of(KeyPair pair, int flags) {
      try {
        return new Key(
            new DNSKEYRecord(
                Name.root,
                DClass.IN,
                TTL,
                flags,
                DNSKEYRecord.Protocol.DNSSEC,
                DNSSEC.Algorithm.ED25519,
                pair.getPublic()),
            pair);
      } catch (DNSSECException e) {
        throw new IllegalStateException(e);
      }
    }

    Key revoked() {
      return of(pair, record.getFlags() | REVOKED);
    }

    int tag() {
      return record.getFootprint();
    }

    byte[] rdata() {
      return record.rdataToWireCanonical();
    }

    byte[] ds() {
      return new DSRecord(Name.root, DClass.IN, TTL, DNSSEC.Digest.SHA256, record)
          .rdataToWireCanonical();
    }
  }

  /**
   * @param clock the true time
   */
  RollingRoot(Supplier<Instant> clock) {
    this.clock = clock;
  }

  /** From now on these are its keys. */
  RollingRoot publishing(Key... keys) {
    published = List.of(keys);
    return this;
  }

  /** From now on these sign, the first of them everything. */
  RollingRoot signedBy(Key... keys) {
    signing = List.of(keys);
    return this;
  }

  /** For how long signatures are valid from when they are made. */
  RollingRoot validFor(Duration time) {
    validity = time;
    return this;
  }

  /** For how long the signatures of its keys have been valid when they are given. */
  RollingRoot keysSince(Duration time) {
    keysSince = time;
    return this;
  }

  /** For how long all other signatures have been valid when they are given. */
  RollingRoot since(Duration time) {
    since = time;
    return this;
  }

  Message sign(Message query, Message response) {
    Message signed = new Message(query.getHeader().getID());
    signed.getHeader().setFlag(Flags.QR);
    signed.getHeader().setFlag(Flags.AA);
    signed.getHeader().setRcode(response.getRcode());
    signed.addRecord(query.getQuestion(), Section.QUESTION);
    List<RRset> answers = new ArrayList<>(response.getSectionRRsets(Section.ANSWER));
    boolean keys =
        query.getQuestion().getType() == Type.DNSKEY
            && query.getQuestion().getName().equals(Name.root);
    if (keys) {
      RRset set = new RRset();
      published.forEach(key -> set.addRR(key.record()));
      answers.add(set);
    }
    for (RRset set : answers) {
      set.rrs(false).forEach(record -> signed.addRecord(record, Section.ANSWER));
      for (Key key : keys ? signing : signing.subList(0, 1)) {
        sign(signed, set, key, keys ? keysSince : since);
      }
    }
    if (!keys) {
      response.getSection(Section.AUTHORITY).forEach(r -> signed.addRecord(r, Section.AUTHORITY));
    }
    response.getSection(Section.ADDITIONAL).forEach(r -> signed.addRecord(r, Section.ADDITIONAL));
    return signed;
  }

  private void sign(Message message, RRset set, Key key, Duration ago) {
    Instant now = clock.get();
    try {
      message.addRecord(
          DNSSEC.sign(
              set, key.record(), key.pair().getPrivate(), now.minus(ago), now.plus(validity)),
          Section.ANSWER);
    } catch (DNSSECException e) {
      throw new IllegalStateException(e);
    }
  }
}
