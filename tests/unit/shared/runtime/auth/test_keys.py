"""API keys: shown once, kept as a keyed hash, told apart from a typing error."""

from shared.runtime.auth import keys


def test_a_fresh_key_is_well_formed_and_its_prefix_is_public() -> None:
    key = keys.issue(pepper="pepper")
    assert key.text.startswith(f"key_live_{key.prefix}_")
    assert keys.prefix_of(key.text) == key.prefix


def test_two_keys_are_never_alike() -> None:
    assert len({keys.issue(pepper="pepper").text for _ in range(100)}) == 100


def test_a_mistyped_key_is_known_for_one_without_asking_the_database() -> None:
    text = keys.issue(pepper="pepper").text
    swapped = text[:-1] + ("a" if text[-1] != "a" else "b")
    for mistyped in (swapped, text[:-1], text + "x", "key_test_" + text[9:], "", "key_live_", text.replace("_", "-")):
        assert keys.prefix_of(mistyped) is None


def test_the_hash_depends_on_the_pepper() -> None:
    key = keys.issue(pepper="pepper")
    assert keys.digest(key.text, pepper="pepper") == key.digest
    assert keys.digest(key.text, pepper="another") != key.digest
