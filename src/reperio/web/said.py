"""What scripts say: texts that pages hand to them, so that no script speaks a language of its own."""

from __future__ import annotations

from reperio.web.language import N_, Names

SCRIPT_TEXTS: Names[str] = Names({
    "copied": N_("Copied"),
    "suggestions": N_("Suggestions"),
    "kind_title": N_("title"),
    "kind_instrument": N_("instrument"),
    "kind_topic": N_("topic"),
    "kind_place": N_("place"),
    "kind_variable": N_("variable"),
    "preview": N_("Preview"),
    "close_preview": N_("Close preview"),
    "no_preview": N_("The preview could not be fetched."),
    "full": N_("Not saved: the list is full or your browser keeps nothing for this site."),
    "saved": N_("Saved. {count} saved."),
    "taken_out": N_("Taken out. {count} saved."),
    "selected": N_("{count} selected"),
    "selected_many": N_("{count} selected; six at most can be compared"),
    "tick": N_("Tick results to compare or save them."),
    "nothing_selected": N_("Nothing is selected."),
    "six": N_("Six at most can be compared."),
    "added": N_("{added} saved. {count} in your list."),
    "own_list": N_("This list is kept in this browser only. Changes are kept when you choose “Keep changes”."),
    "foreign_list": N_("This is a list by link, not the one kept in this browser."),
    "linked_list": N_("This is a list by link."),
    "keep_list": N_("Keep it in this browser"),
    "add_list": N_("Add it to yours"),
    "replace_list": N_("Replace yours with it"),
})  # fmt: skip


def script_texts() -> dict[str, str]:
    """Every text of the scripts, in the language spoken."""
    return dict(SCRIPT_TEXTS)
