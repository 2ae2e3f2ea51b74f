package dev.namewell.core.dns;

/** Response codes (RFC 6895 §2.3). */
public final class Rcode {
  public static final int NOERROR = 0;
  public static final int FORMERR = 1;
  public static final int SERVFAIL = 2;
  public static final int NXDOMAIN = 3;
  public static final int NOTIMP = 4;
  public static final int REFUSED = 5;

  /** The name that a DNAME makes of QNAME is too long (RFC 6672 §2.2). */
  public static final int YXDOMAIN = 6;

  /** Needs the extended rcode of the OPT record (RFC 6891 §6.1.3). */
  public static final int BADVERS = 16;

  /** Bad or missing server cookie (RFC 7873 §8). */
  public static final int BADCOOKIE = 23;

  private static final String[] MNEMONICS = {
    "NOERROR",
    "FORMERR",
    "SERVFAIL",
    "NXDOMAIN",
    "NOTIMP",
    "REFUSED",
    "YXDOMAIN",
    "YXRRSET",
    "NXRRSET",
    "NOTAUTH",
    "NOTZONE",
    "DSOTYPENI"
  };

  private Rcode() {}

  public static String mnemonic(int rcode) {
    if (rcode >= 0 && rcode < MNEMONICS.length) {
      return MNEMONICS[rcode];
    }
    return switch (rcode) {
      case BADVERS -> "BADVERS";
      case BADCOOKIE -> "BADCOOKIE";
      default -> "RCODE" + rcode;
    };
  }
}
