package dev.namewell.core.rpl;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What a server of a scenario would have to say to a question that the script leaves out, as far as
 * that follows plainly from what it says elsewhere. Scripts know what their own resolver asks.
 */
final class Completion {
  private static final int MAX_ALIASES = 12;
  private static final int TTL = 3600;

  private final List<Entry> said;
  private final Name name;
  private final int type;
  private final Entry made = new Entry();

  private Completion(List<Entry> said, Record question) {
    this.said = said;
    this.name = question.getName();
    this.type = question.getType();
    made.reply.add("AA");
  }

  /**
   * An entry for this query; null if nothing follows.
   *
   * @param said by the server at this step
   */
  static @Nullable Entry of(List<Entry> said, Message query) {
    List<Entry> good = said.stream().filter(Entry::isAnswer).toList();
    Completion completion = new Completion(good, query.getQuestion());
    return completion.complete() ? completion.made : null;
  }

  private boolean complete() {
    for (Entry entry : said) {
      if (take(entry, Section.ANSWER, name, type, Section.ANSWER) || takeAliases(entry)) {
        return true;
      }
    }
    if (atOrBelowCut()) {
      return true;
    }
    for (Entry entry : said) {
      boolean elsewhere = cut(entry) == null && type != Type.RRSIG;
      if (elsewhere
          && (take(entry, Section.AUTHORITY, name, type, Section.ANSWER)
              || take(entry, Section.ADDITIONAL, name, type, Section.ANSWER))) {
        return true;
      }
    }
    if (type == Type.A || type == Type.AAAA) {
      for (Entry entry : said) {
        if (take(entry, Section.ADDITIONAL, name, type, Section.ANSWER)) {
          return true;
        }
      }
    }
    boolean mayBeMissing =
        switch (type) {
          case Type.A, Type.AAAA, Type.NS, Type.DS, Type.HTTPS, Type.SVCB, Type.TXT -> true;
          default -> false;
        };
    return mayBeMissing && deny();
  }

  private static List<Record> rrset(Entry entry, int section, Name owner, int type) {
    List<Record> found = new ArrayList<>();
    for (Record record : entry.sections.get(section)) {
      if (record.getName().equals(owner) && record.getRRsetType() == type) {
        found.add(record);
      }
    }
    boolean data = found.stream().anyMatch(record -> record.getType() == type);
    return data ? found : List.of();
  }

  private boolean take(Entry entry, int from, Name owner, int wanted, int to) {
    return made.sections.get(to).addAll(rrset(entry, from, owner, wanted));
  }

  private boolean takeAliases(Entry entry) {
    Name at = name;
    for (int i = 0; i < MAX_ALIASES; i++) {
      List<Record> alias = rrset(entry, Section.ANSWER, at, Type.CNAME);
      if (alias.isEmpty()) {
        break;
      }
      made.sections.get(Section.ANSWER).addAll(alias);
      at = ((CNAMERecord) alias.getFirst()).getTarget();
    }
    if (at.equals(name)) {
      return false;
    }
    take(entry, Section.ANSWER, at, type, Section.ANSWER);
    return true;
  }

  /** The zone that it refers to; null if it is no referral. */
  private static @Nullable Name cut(Entry entry) {
    List<Record> authority = entry.sections.get(Section.AUTHORITY);
    if (entry.rcode() != Rcode.NOERROR
        || !entry.sections.get(Section.ANSWER).isEmpty()
        || authority.stream().anyMatch(record -> record.getType() == Type.SOA)) {
      return null;
    }
    List<Name> owners =
        authority.stream()
            .filter(record -> record.getType() == Type.NS)
            .map(Record::getName)
            .distinct()
            .toList();
    return owners.size() == 1 && owners.getFirst().labels() > 1 ? owners.getFirst() : null;
  }

  private boolean atOrBelowCut() {
    Entry best = null;
    Name deepest = Name.root;
    for (Entry entry : said) {
      Name cut = cut(entry);
      if (cut != null && name.subdomain(cut) && cut.labels() > deepest.labels()) {
        best = entry;
        deepest = cut;
      }
    }
    if (best == null) {
      return false;
    }
    if (!name.equals(deepest) || type != Type.DS) {
      made.reply.clear();
      made.sections.get(Section.AUTHORITY).addAll(best.sections.get(Section.AUTHORITY));
      made.sections.get(Section.ADDITIONAL).addAll(best.sections.get(Section.ADDITIONAL));
      return true;
    }
    if (take(best, Section.AUTHORITY, name, Type.DS, Section.ANSWER)) {
      return true;
    }
    Predicate<Record> denies =
        record -> record.getRRsetType() == Type.NSEC || record.getRRsetType() == Type.NSEC3;
    made.sections
        .get(Section.AUTHORITY)
        .addAll(best.sections.get(Section.AUTHORITY).stream().filter(denies).toList());
    return deny();
  }

  /** NODATA, if the zone can be guessed. */
  private boolean deny() {
    List<Record> soa = List.of();
    Name zone = null;
    for (Entry entry : said) {
      Name cut = cut(entry);
      for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
        for (Record record : entry.sections.get(section)) {
          Name owner = record.getName();
          if (!name.subdomain(owner)) {
            continue;
          }
          if (record.getType() == Type.SOA
              && (soa.isEmpty() || owner.labels() > soa.getFirst().getName().labels())) {
            soa = rrset(entry, section, owner, Type.SOA);
          } else if (record instanceof NSRecord
              && !owner.equals(cut)
              && (zone == null || owner.labels() > zone.labels())) {
            zone = owner;
          }
        }
      }
      Name parent = cut == null ? Name.root : new Name(cut, 1);
      if (cut != null && zone == null && name.subdomain(parent)) {
        zone = parent;
      }
    }
    if (zone != null && (soa.isEmpty() || zone.labels() > soa.getFirst().getName().labels())) {
      Name nobody = Name.fromConstantString("invalid.");
      soa = List.of(new SOARecord(zone, DClass.IN, TTL, nobody, nobody, 1, TTL, TTL, TTL, TTL));
    }
    for (Entry entry : said) {
      if (take(entry, Section.AUTHORITY, name, Type.NSEC, Section.AUTHORITY)) {
        break;
      }
    }
    return made.sections.get(Section.AUTHORITY).addAll(0, soa);
  }
}
