"""One self-contained HTML page on which a person says what is written in images, without knowing what was read.

It needs no network and no other file. What is typed stays in the browser until it is saved as ``labels.csv``.
"""

from tendigits.report.review.page import Review, ReviewItem, job_of_page, review_page

__all__ = ["Review", "ReviewItem", "job_of_page", "review_page"]
