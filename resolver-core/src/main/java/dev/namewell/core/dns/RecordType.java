package dev.namewell.core.dns;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** RR TYPE numbers that the resolver treats specially, and mnemonics (IANA DNS parameters). */
public final class RecordType {
  public static final int A = 1;
  public static final int NS = 2;
  public static final int MD = 3;
  public static final int MF = 4;
  public static final int CNAME = 5;
  public static final int SOA = 6;
  public static final int MB = 7;
  public static final int MG = 8;
  public static final int MR = 9;
  public static final int NULL = 10;
  public static final int PTR = 12;
  public static final int HINFO = 13;
  public static final int MINFO = 14;
  public static final int MX = 15;
  public static final int TXT = 16;
  public static final int RP = 17;
  public static final int AFSDB = 18;
  public static final int RT = 21;
  public static final int SIG = 24;
  public static final int PX = 26;
  public static final int AAAA = 28;
  public static final int NXT = 30;
  public static final int SRV = 33;
  public static final int NAPTR = 35;
  public static final int KX = 36;
  public static final int A6 = 38;
  public static final int DNAME = 39;
  public static final int OPT = 41;
  public static final int DS = 43;
  public static final int RRSIG = 46;
  public static final int NSEC = 47;
  public static final int DNSKEY = 48;
  public static final int NSEC3 = 50;
  public static final int ZONEMD = 63;
  public static final int SVCB = 64;
  public static final int HTTPS = 65;
  public static final int TKEY = 249;
  public static final int TSIG = 250;
  public static final int IXFR = 251;
  public static final int AXFR = 252;
  public static final int MAILB = 253;
  public static final int MAILA = 254;
  public static final int ANY = 255;

  private static final Map<Integer, String> MNEMONICS = new TreeMap<>();
  private static final Map<String, Integer> NUMBERS = new TreeMap<>();

  static {
    String known =
        "A=1 NS=2 MD=3 MF=4 CNAME=5 SOA=6 MB=7 MG=8 MR=9 NULL=10 WKS=11 PTR=12 HINFO=13 MINFO=14"
            + " MX=15 TXT=16 RP=17 AFSDB=18 RT=21 SIG=24 KEY=25 PX=26 AAAA=28 LOC=29 NXT=30 SRV=33"
            + " NAPTR=35 KX=36 CERT=37 A6=38 DNAME=39 OPT=41 APL=42 DS=43 SSHFP=44 IPSECKEY=45"
            + " RRSIG=46 NSEC=47 DNSKEY=48 DHCID=49 NSEC3=50 NSEC3PARAM=51 TLSA=52 SMIMEA=53 HIP=55"
            + " CDS=59 CDNSKEY=60 OPENPGPKEY=61 CSYNC=62 ZONEMD=63 SVCB=64 HTTPS=65 DSYNC=66 SPF=99"
            + " NID=104 L32=105 L64=106 LP=107 EUI48=108 EUI64=109 TKEY=249 TSIG=250 IXFR=251"
            + " AXFR=252 MAILB=253 MAILA=254 ANY=255 URI=256 CAA=257 AVC=258 DOA=259 AMTRELAY=260"
            + " RESINFO=261 WALLET=262 TA=32768 DLV=32769";
    for (String pair : known.split(" ", -1)) {
      int equals = pair.indexOf('=');
      int number = Integer.parseInt(pair.substring(equals + 1));
      MNEMONICS.put(number, pair.substring(0, equals));
      NUMBERS.put(pair.substring(0, equals), number);
    }
  }

  private RecordType() {}

  /** Mnemonic, or {@code TYPE12345} (RFC 3597 §5). */
  public static String mnemonic(int type) {
    String known = MNEMONICS.get(type);
    return known == null ? "TYPE" + type : known;
  }

  /** Number of a mnemonic or of {@code TYPE12345}, in any letter case; null if it is neither. */
  public static @Nullable Integer parse(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (upper.matches("TYPE\\d{1,5}")) {
      int number = Integer.parseInt(upper.substring(4));
      return number <= 0xffff ? number : null;
    }
    return NUMBERS.get(upper);
  }

  /** QTYPEs and meta types (RFC 6895 §3.1): never data that a cache may hold. */
  public static boolean isMeta(int type) {
    return type == OPT || (type >= 128 && type <= 255);
  }

  /** Types that only validators want (RFC 4035 §3.2.1). */
  public static boolean isDnssec(int type) {
    return type == RRSIG || type == NSEC || type == NSEC3;
  }
}
