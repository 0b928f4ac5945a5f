"""The configuration stage: settings judged by themselves, before there is a snapshot.

Rules see the whole configuration; what is reported is about the files that were named.
"""
