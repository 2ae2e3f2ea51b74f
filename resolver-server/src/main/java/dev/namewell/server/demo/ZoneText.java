package dev.namewell.server.demo;

/** The names of the demo as a zone file (RFC 1035 §5); addresses are for documentation only. */
final class ZoneText {
  /** Strings in the big TXT RRset; 16 of 100 octets fit into no UDP reply of 1232 octets. */
  private static final int BIG_STRINGS = 16;

  /** Fresh for ten seconds: long enough to see it cached, short enough to see it expire. */
  static final String SHORT_LIVED = "brief.shop.example.";

  static final int SHORT_LIVED_TTL = 10;

  private static final String ZONES =
      """
      $TTL 300
      .                    86400 IN SOA   ns.example. hostmaster.example. 1 7200 900 86400 60
      .                    86400 IN NS    ns.example.
      example.             60    IN SOA   ns.example. hostmaster.example. 1 7200 900 86400 60
      example.             3600  IN NS    ns.example.
      ns.example.          3600  IN A     192.0.2.53
      shop.example.        60    IN SOA   ns.example. hostmaster.example. 1 7200 900 86400 60
      shop.example.        3600  IN NS    ns.example.
      shop.example.              IN A     192.0.2.10
      shop.example.              IN MX    10 mail.shop.example.
      shop.example.              IN MX    20 mail2.shop.example.
      shop.example.              IN TXT   "v=spf1 mx -all"
      www.shop.example.          IN A     192.0.2.10
      www.shop.example.          IN A     192.0.2.11
      www.shop.example.          IN AAAA  2001:db8::10
      alias.shop.example.        IN CNAME www.shop.example.
      mail.shop.example.         IN A     192.0.2.25
      mail.shop.example.         IN AAAA  2001:db8::25
      mail2.shop.example.        IN A     192.0.2.26
      """;

  private ZoneText() {}

  static String whole() {
    StringBuilder text = new StringBuilder(ZONES);
    text.append(SHORT_LIVED + " " + SHORT_LIVED_TTL + " IN A 192.0.2.77\n");
    for (int i = 1; i <= BIG_STRINGS; i++) {
      text.append("big.shop.example. IN TXT \"part ").append(i).append(' ');
      text.repeat('.', 90).append("\"\n");
    }
    return text.toString();
  }
}
