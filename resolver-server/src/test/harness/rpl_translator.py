"""Makes a Namewell configuration of the neutral JSON of the scenario player, for ./rpl."""
import json
import os


def translate(neutral, workdir):
    """Writes namewell.yaml (JSON is YAML) into workdir and returns its path."""
    # A zone without defaults is one whose names are not answered locally though they are of special use.
    plain = [zone["name"] for zone in neutral.get("local_zones") or [] if zone["type"] == "nodefault"]
    if neutral.get("local_data") or len(plain) < len(neutral.get("local_zones") or []):
        raise NotImplementedError("Namewell has no local data yet")
    recursive = neutral["mode"] == "recursive"
    config = {
        "listen": [socket(a["address"], a["port"]) for a in neutral["listen"]],
        "threads": 1,
        "allow": ["0.0.0.0/0", "::/0"],
        "mode": neutral["mode"],
        "http": "off",
        "control": "off",
        "cache": cache(neutral),
        "recursion": recursion(neutral),
        "dnssec": dnssec(neutral),
        # The scenarios' worlds are made of names that are answered locally elsewhere.
        "service": {"private-reverse": "off", "mdns": "forward"},
        "limits": {"query-time": "10s"},
        "routes": routes(neutral),
    }
    if recursive:
        # The scenarios' worlds have zones where only names of special use are (RFC 6761).
        have = {route["zone"].rstrip(".") for route in config["routes"]}
        config["routes"] += [{"zone": zone, "mode": "recursive"} for zone in ("test",) if zone not in have]
    if any(route["zone"].rstrip(".") == "" for route in config["routes"]) or not recursive:
        del config["mode"]
    path = os.path.join(workdir, "namewell.yaml")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({key: value for key, value in config.items() if value or value == 0}, file, indent=1)
    return path


def socket(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def recursion(neutral):
    outgoing = neutral.get("outgoing") or {}
    result = {
        "qname-minimisation": on(neutral.get("qname_minimisation", True)),
        "ipv4": on(outgoing.get("ipv4", True)),
        "ipv6": on(outgoing.get("ipv6", True)),
    }
    hints = [{"name": h["name"], "addresses": h["addresses"]} for h in neutral.get("root_hints") or []]
    if hints:
        result["root-hints"] = hints
    return result


def dnssec(neutral):
    if not neutral.get("dnssec"):
        return {"validation": "off"}
    result = {"validation": "on", "aggressive-nsec": on(neutral.get("aggressive_nsec"))}
    for key, name in (("trust_anchors", "trust-anchors"), ("negative_trust_anchors", "negative-trust-anchors")):
        if neutral.get(key):
            result[name] = neutral[key]
    return result


def cache(neutral):
    result = {}
    wanted = neutral.get("cache") or {}
    for key, name in (("min_ttl", "min-ttl"), ("max_ttl", "max-ttl"), ("max_negative_ttl", "max-negative-ttl")):
        if wanted.get(key) is not None:
            result[name] = f"{wanted[key]}s"
    result["prefetch"] = on(neutral.get("prefetch"))
    stale = neutral.get("serve_stale") or {}
    result["stale"] = "off" if not stale.get("enabled") else {
        "max-age": f"{stale.get('max_stale_seconds') or 86400}s",
        "answer-ttl": f"{stale.get('reply_ttl') or 30}s",
        "wait": f"{stale.get('client_timeout_ms') or 0}ms",
    }
    return result


def routes(neutral):
    kinds = (("forward", "forward_zones"), ("stub", "stub_zones"))
    return [
        {
            "zone": zone["name"],
            "mode": mode,
            "upstreams": zone["addresses"],
            "fallback": on(zone.get("first")),
        }
        for mode, key in kinds
        for zone in neutral.get(key) or []
    ]


def on(value):
    return "on" if value else "off"
