package dev.namewell.core.validate;

import dev.namewell.core.validate.SignedTree.Status;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Something that has to be proved of a zone of {@link SignedTree}, in each of its three styles. */
enum Claim {
  POSITIVE("www.$Z", Type.A, Rcode.NOERROR, Type.A),
  NAME_ERROR("nowhere.$Z", Type.A, Rcode.NXDOMAIN, Claim.DENIAL),
  NAME_ERROR_FAR_BELOW("a.b.nowhere.$Z", Type.A, Rcode.NXDOMAIN, Claim.DENIAL),
  NO_DATA("www.$Z", Type.TXT, Rcode.NOERROR, Claim.DENIAL),
  NO_DATA_AT_APEX("$Z", Type.MX, Rcode.NOERROR, Claim.DENIAL),
  WILDCARD("a.wild.$Z", Type.A, Rcode.NOERROR, Type.A, Claim.DENIAL),
  WILDCARD_FAR_BELOW("a.b.wild.$Z", Type.A, Rcode.NOERROR, Type.A, Claim.DENIAL),
  WILDCARD_NO_DATA("a.wild.$Z", Type.TXT, Rcode.NOERROR, Claim.DENIAL),
  EMPTY_NON_TERMINAL("empty.$Z", Type.A, Rcode.NOERROR, Claim.DENIAL),
  WILDCARD_EMPTY_NON_TERMINAL("a.went.$Z", Type.A, Rcode.NOERROR, Claim.DENIAL),
  INSECURE_DELEGATION("www.sub.$Z", Type.A, Rcode.NOERROR, Claim.DENIAL),
  SECURE_DELEGATION("www.child.$Z", Type.A, Rcode.NOERROR, Type.DS, Type.DNSKEY, Type.A),
  DS_ABSENT("sub.$Z", Type.DS, Rcode.NOERROR, Claim.DENIAL),
  DS_ABSENT_WITHIN_ZONE("www.$Z", Type.DS, Rcode.NOERROR, Claim.DENIAL),
  DS("child.$Z", Type.DS, Rcode.NOERROR, Type.DS),
  ALIAS("alias.$Z", Type.A, Rcode.NOERROR, Type.CNAME, Type.A),
  ALIAS_ITSELF("alias.$Z", Type.CNAME, Rcode.NOERROR, Type.CNAME),
  ALIAS_TO_OTHER_ZONE("across.$Z", Type.A, Rcode.NOERROR, Type.CNAME),
  ALIAS_TO_INSECURE_ZONE("out.$Z", Type.A, Rcode.NOERROR, Type.CNAME),
  ALIAS_TO_NAME_ERROR("lost.$Z", Type.A, Rcode.NXDOMAIN, Type.CNAME, Claim.DENIAL),
  WILDCARD_ALIAS("a.walias.$Z", Type.A, Rcode.NOERROR, Type.CNAME, Claim.DENIAL),
  DNAME("www.moved.$Z", Type.A, Rcode.NOERROR, Type.DNAME),
  DNAME_ITSELF("moved.$Z", Type.DNAME, Rcode.NOERROR, Type.DNAME),
  DNAME_AS_ALIAS("www.moved.$Z", Type.CNAME, Rcode.NOERROR, Type.DNAME),
  DNAME_TO_INSECURE_ZONE("www.gone.$Z", Type.A, Rcode.NOERROR, Type.DNAME),
  DNAME_TO_NAME_ERROR("nowhere.moved.$Z", Type.A, Rcode.NXDOMAIN, Type.DNAME);

  /** Stands for NSEC or NSEC3, whichever the zone has. */
  static final int DENIAL = -1;

  private final String name;
  final int type;
  final int rcode;
  private final int[] needed;

  /**
   * @param name with $Z for the zone
   * @param needed types whose signatures the claim rests on
   */
  Claim(String name, int type, int rcode, int... needed) {
    this.name = name;
    this.type = type;
    this.rcode = rcode;
    this.needed = needed;
  }

  String name(String zone) {
    return name.replace("$Z", zone);
  }

  /** Types of RRsets of this zone that the claim rests on. */
  List<Integer> needed(String zone) {
    return Arrays.stream(needed)
        .map(each -> each != DENIAL ? each : zone.equals(SignedTree.NSEC) ? Type.NSEC : Type.NSEC3)
        .boxed()
        .toList();
  }

  boolean rests(int onType) {
    return Arrays.stream(needed).anyMatch(each -> each == onType);
  }

  /** What it is if nothing is wrong; in a gap with opt-out something unsigned may be. */
  Status status(String zone) {
    return switch (this) {
      case INSECURE_DELEGATION, ALIAS_TO_INSECURE_ZONE, DNAME_TO_INSECURE_ZONE -> Status.INSECURE;
      case NAME_ERROR,
          NAME_ERROR_FAR_BELOW,
          WILDCARD,
          WILDCARD_FAR_BELOW,
          WILDCARD_NO_DATA,
          WILDCARD_EMPTY_NON_TERMINAL,
          DS_ABSENT,
          ALIAS_TO_NAME_ERROR,
          WILDCARD_ALIAS ->
          zone.equals(SignedTree.OPT_OUT) ? Status.INSECURE : Status.SECURE;
      default -> Status.SECURE;
    };
  }
}
