"""The use cases of media."""

from instagram_core.media.service.avatars import Avatars
from instagram_core.media.service.direct import DirectUploading, OfferedUpload, WantedUpload
from instagram_core.media.service.rendering import Rendering
from instagram_core.media.service.serving import MediaServing, RedirectedFile, ServedFile
from instagram_core.media.service.sweeping import MediaSweeping
from instagram_core.media.service.uploads import Upload, UploadBatch, Uploads

__all__ = [
    "Avatars",
    "DirectUploading",
    "MediaServing",
    "MediaSweeping",
    "OfferedUpload",
    "RedirectedFile",
    "Rendering",
    "ServedFile",
    "Upload",
    "UploadBatch",
    "Uploads",
    "WantedUpload",
]
